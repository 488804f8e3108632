import {
  Client,
  credentials,
  Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceError,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import type { Backend } from './backend.ts';

/** How a call of gRPC ended. */
export interface GrpcAnswer {
  /** As gRPC numbers it; 0: well. */
  readonly code: number;
  readonly details: string;
  readonly body: string;
  /** What the server sent behind its answer. */
  readonly trailer: string | undefined;
}

type Method = MethodDefinition<string, string>;

const UNARY = methodOf('/test.Echo/Unary', false);
const STREAM = methodOf('/test.Echo/Stream', true);
const TRAILER = 'x-trailer';

/**
 * A real server of gRPC, over HTTP/2 without TLS. `Unary` answers `NAME: text`, with a trailer, and `missing` with
 * NOT_FOUND; `Stream` sends back each text as it comes.
 */
export async function startGrpcBackend(name: string): Promise<Omit<Backend, 'connections'>> {
  const server = new Server();
  server.addService(
    { unary: UNARY, stream: STREAM },
    {
      unary: (call: ServerUnaryCall<string, string>, answer: sendUnaryData<string>) => {
        const trailer = new Metadata();
        trailer.set(TRAILER, `of ${call.metadata.get('x-asked').join()}`);
        if (call.request === 'missing') {
          answer({ code: status.NOT_FOUND, details: 'there is no such thing', metadata: trailer });
        } else {
          answer(null, `${name}: ${call.request}`, trailer);
        }
      },
      stream: (call: ServerDuplexStream<string, string>) => {
        call.on('data', (text: string) => call.write(`${name}: ${text}`));
        call.on('end', () => call.end());
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    const credentialsOfServer = ServerCredentials.createInsecure();
    server.bindAsync('127.0.0.1:0', credentialsOfServer, (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => server.forceShutdown(),
  };
}

/** A client whose calls go to this port, for a host. */
export function grpcClient(port: number, host: string): Client {
  return new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.default_authority': host,
  });
}

/** One call. */
export function callUnary(client: Client, text: string): Promise<GrpcAnswer> {
  const metadata = new Metadata();
  metadata.set('x-asked', text);
  return new Promise((resolve) => {
    let trailer: string | undefined;
    let ended: { readonly error: ServiceError | null; readonly body: string } | null = null;
    const call = client.makeUnaryRequest(
      UNARY.path,
      UNARY.requestSerialize,
      UNARY.responseDeserialize,
      text,
      metadata,
      { deadline: Date.now() + 20_000 },
      (error, body = '') => {
        ended = { error, body };
      },
    );
    call.on('status', ({ code, details, metadata: after }) => {
      trailer = after.get(TRAILER)[0]?.toString();
      resolve({ code, details, body: ended?.body ?? '', trailer });
    });
  });
}

/** Sends each text once the answer to the one before it has come; the answers. */
export async function callStream(
  client: Client,
  texts: readonly string[],
): Promise<readonly string[]> {
  const call = client.makeBidiStreamRequest(
    STREAM.path,
    STREAM.requestSerialize,
    STREAM.responseDeserialize,
    { deadline: Date.now() + 20_000 },
  );
  const answers: string[] = [];
  const rest = [...texts];
  call.write(rest.shift() ?? '');
  for await (const answer of call) {
    answers.push(String(answer));
    const next = rest.shift();
    if (next === undefined) call.end();
    else call.write(next);
  }
  return answers;
}

function methodOf(path: string, isStream: boolean): Method {
  return {
    path,
    requestStream: isStream,
    responseStream: isStream,
    requestSerialize: (text) => Buffer.from(text),
    requestDeserialize: (bytes) => bytes.toString(),
    responseSerialize: (text) => Buffer.from(text),
    responseDeserialize: (bytes) => bytes.toString(),
  };
}
