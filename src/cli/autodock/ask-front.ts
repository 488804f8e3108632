import { lookup as systemLookup } from 'node:dns';
import { request } from 'node:http';
import type { LookupFunction } from 'node:net';

/** What a front said to a request for a host; `null`: it could not be reached. */
export interface FrontSaid {
  readonly address: string;
  readonly status: number | null;
  /** In words, for people. */
  readonly what: string;
}

/** The same of one place. */
interface PlaceSaid extends FrontSaid {
  /** It took the request, whether or not it answered: a front lets one wait whose host is held. */
  readonly isReached: boolean;
}

const DEADLINE_MS = 5_000;
/** However little time is left: a front that is asked last would be called one that does not answer. */
const LEAST_MS = 500;
/** Where a front may be; `port`: another than the one that is published. */
interface FrontPlace {
  readonly host: string;
  readonly port?: string;
}

/** Its own machine, as a container may call it (`extra_hosts` of Compose). */
const HOST_OF_CONTAINER: FrontPlace = { host: 'host.docker.internal' };
/** The fronts of the stack, as its controllers call them. */
const FRONT_OF_STACK: FrontPlace = { host: 'hipache', port: '80' };
/** Every address of a machine: it is reached at its own, and from within a container at that of its host. */
const PLACES: ReadonlyMap<string, readonly [FrontPlace, ...FrontPlace[]]> = new Map([
  ['0.0.0.0', [{ host: '127.0.0.1' }, HOST_OF_CONTAINER, FRONT_OF_STACK]],
  ['[::]', [{ host: '::1' }, HOST_OF_CONTAINER, FRONT_OF_STACK]],
]);

/**
 * Asks a front for `/` of a host.
 *
 * @param address `address:port`
 * @param until when nobody waits for it any more, by `performance.now()`; it has half a second in any case
 * @param lookup what resolves names
 * @returns what the first place said that took the request, else the first of all; never rejects
 */
export async function askFront(
  address: string,
  host: string,
  until: number,
  lookup: LookupFunction = systemLookup,
): Promise<FrontSaid> {
  const at = address.lastIndexOf(':');
  const [name, port] = [address.slice(0, at), address.slice(at + 1)];
  const [first, ...others] = PLACES.get(name) ?? [{ host: name.replace(/[[\]]/g, '') }];
  const ask = (place: FrontPlace) => askAt({ port, lookup, ...place }, address, host, until);
  const said = await ask(first);
  let latest = said;
  for (const place of others) {
    if (latest.isReached) break;
    latest = await ask(place);
  }
  return latest.isReached ? latest : said;
}

function askAt(
  target: FrontPlace & { readonly port: string; readonly lookup: LookupFunction },
  address: string,
  host: string,
  until: number,
): Promise<PlaceSaid> {
  return new Promise((resolve) => {
    const headers = { host };
    // A front that holds a host answers after FRONT_HOLD alone.
    const timeout = Math.ceil(Math.min(DEADLINE_MS, Math.max(LEAST_MS, until - performance.now())));
    const asked = request({ ...target, headers, agent: false, timeout });
    let [isConnected, isLate] = [false, false];
    asked.on('socket', (socket) => socket.on('connect', () => (isConnected = true)));
    asked.on('response', (answer) => {
      answer.destroy();
      const status = answer.statusCode ?? null;
      resolve({
        address,
        status,
        what: `the front at ${address} answers ${status}`,
        isReached: true,
      });
    });
    asked.on('timeout', () => {
      isLate = true;
      asked.destroy(new Error(`no answer within ${timeout} ms`));
    });
    asked.on('error', ({ message }) => {
      const what = `the front at ${address}: ${message}`;
      resolve({ address, status: null, what, isReached: isConnected && isLate });
    });
    asked.end();
  });
}
