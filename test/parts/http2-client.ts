import { type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';

const DEADLINE_MS = 30_000;

/** What came back for a request by HTTP/2. */
export interface Http2Answer {
  /** 0: none, and `error` says why. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Statuses of interim answers, such as 103. */
  readonly interim: readonly number[];
  readonly body: string;
  readonly error: string | null;
}

/** A request by HTTP/2. */
export interface Http2Request {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent without a length, as HTTP/2 may. */
  readonly body?: string;
}

/** One request after the other on one connection of HTTP/2 without TLS, to `127.0.0.1:port`. */
export async function askHttp2(
  port: number,
  host: string,
  requests: readonly Http2Request[],
): Promise<readonly Http2Answer[]> {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on('error', () => undefined);
  const answers: Http2Answer[] = [];
  try {
    for (const { path = '/', method = 'GET', headers = {}, body } of requests) {
      const head = { ...headers, ':path': path, ':method': method, ':authority': host };
      const stream = session.request(head, { endStream: body === undefined });
      const answer = answered(stream);
      if (body !== undefined) stream.end(body);
      answers.push(await answer);
    }
    return answers;
  } finally {
    session.destroy();
  }
}

function answered(stream: ClientHttp2Stream): Promise<Http2Answer> {
  return new Promise((resolve) => {
    let got: Http2Answer = { status: 0, headers: {}, interim: [], body: '', error: null };
    stream.setEncoding('utf8').setTimeout(DEADLINE_MS, () => stream.close());
    stream.on('headers', ({ ':status': status = 0 }: { readonly ':status'?: number }) => {
      got = { ...got, interim: [...got.interim, status] };
    });
    stream.on('response', (headers) => {
      got = { ...got, status: headers[':status'] ?? 0, headers };
    });
    stream.on('data', (part: string) => {
      got = { ...got, body: got.body + part };
    });
    stream.on('error', ({ message }: Error) => {
      got = { ...got, status: 0, error: message };
    });
    stream.on('close', () => resolve(got));
  });
}
