import { request } from 'node:http';

/** What a front said to a request for a host; `null`: it could not be reached. */
export interface FrontSaid {
  readonly address: string;
  readonly status: number | null;
  /** In words, for people. */
  readonly what: string;
}

const DEADLINE_MS = 5_000;
/** Every address of a machine; from here it is reached at its own. */
const OWN: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['[::]', '::1'],
]);

/**
 * Asks a front for `/` of a host.
 *
 * @param address `address:port`
 * @returns never rejects
 */
export function askFront(address: string, host: string): Promise<FrontSaid> {
  const at = address.lastIndexOf(':');
  const name = address.slice(0, at);
  const target = { host: OWN.get(name) ?? name.replace(/[[\]]/g, ''), port: address.slice(at + 1) };
  return new Promise((resolve) => {
    const headers = { host };
    const asked = request({ ...target, headers, agent: false, timeout: DEADLINE_MS });
    asked.on('response', (answer) => {
      answer.destroy();
      const status = answer.statusCode ?? null;
      resolve({ address, status, what: `the front at ${address} answers ${status}` });
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${DEADLINE_MS} ms`)));
    asked.on('error', ({ message }) => {
      resolve({ address, status: null, what: `the front at ${address}: ${message}` });
    });
    asked.end();
  });
}
