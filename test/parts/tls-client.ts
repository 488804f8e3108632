import { connect as connectHttp2 } from 'node:http2';
import { connect, type TLSSocket } from 'node:tls';

const DEADLINE_MS = 30_000;

/** What a handshake came to. */
export interface Handshake {
  /** The subject of the certificate, or null if there was none. */
  readonly name: string | null;
  readonly protocol: string | null;
  /** Of HTTP: `h2` or `http/1.1`. */
  readonly application: string | false | null;
  /** Why it failed, as OpenSSL names it. */
  readonly error: string | null;
}

/** How a client shakes hands. */
export interface HandshakeOptions {
  /** Only this version, e.g. `TLSv1.1`. */
  readonly version?: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  readonly application?: readonly string[];
}

/** Shakes hands at `127.0.0.1:port` for a name (none: the empty text) and believes any certificate. */
export async function handshake(
  port: number,
  servername: string,
  { version, application = ['h2', 'http/1.1'] }: HandshakeOptions = {},
): Promise<Handshake> {
  const socket = openTls(port, servername, application, version);
  const error = await new Promise<string | null>((resolve) => {
    socket.once('secureConnect', () => resolve(null));
    socket.once('error', (failure: NodeJS.ErrnoException) =>
      resolve(failure.code ?? failure.message),
    );
  });
  const { CN } = (socket.getPeerCertificate().subject ?? {}) as { readonly CN?: string };
  const result = {
    name: error === null ? (CN ?? null) : null,
    protocol: socket.getProtocol(),
    application: socket.alpnProtocol,
    error,
  };
  socket.destroy();
  return result;
}

/** A TLS connection that believes any certificate. */
export function openTls(
  port: number,
  servername: string,
  application: readonly string[] = ['http/1.1'],
  version?: HandshakeOptions['version'],
): TLSSocket {
  const versions = version === undefined ? {} : { minVersion: version, maxVersion: version };
  const socket = connect({
    ...{ host: '127.0.0.1', port, ALPNProtocols: [...application], rejectUnauthorized: false },
    ...(servername === '' ? {} : { servername }),
    ...(version === 'TLSv1.1' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    ...versions,
  });
  return socket.setTimeout(DEADLINE_MS, () => socket.destroy(new Error('no answer')));
}

/** One `GET` by HTTP/2 over TLS. */
export async function requestHttp2(
  port: number,
  host: string,
  path = '/',
): Promise<{ readonly status: number; readonly body: string }> {
  const session = connectHttp2(`https://${host}:${port}`, {
    createConnection: () => openTls(port, host, ['h2']),
  });
  try {
    return await new Promise((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({ ':path': path, ':authority': host });
      let [status, body] = [0, ''];
      stream.setEncoding('utf8').on('error', reject);
      stream.on('response', (headers) => {
        status = headers[':status'] ?? 0;
      });
      stream.on('data', (part: string) => {
        body += part;
      });
      stream.on('end', () => resolve({ status, body })).end();
    });
  } finally {
    session.destroy();
  }
}

/** One `GET` by HTTP/1.1 over TLS; all that comes back until the front closes. */
export async function requestTls(port: number, host: string, lines = ''): Promise<string> {
  const socket = openTls(port, host);
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${lines}\r\n`);
  let answer = '';
  for await (const part of socket.setEncoding('latin1')) answer += String(part);
  return answer;
}
