import type { Keys } from '../../model/keys.ts';
import { type Off, type Offs, parseOff } from '../../model/off.ts';
import { readHash, restOfHash } from './hash.ts';
import type { Sends } from './sends.ts';

/**
 * Which vhosts are off, whoever's they are; none where Redis holds something else there, as fronts take it then.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readOffs(redis: Sends, keys: Keys): Promise<Offs> {
  return parseOffs(await readHash(redis, keys.off));
}

/**
 * The same where the first piece is here.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function restOfOffs(redis: Sends, keys: Keys, first: unknown): Promise<Offs> {
  return parseOffs(await restOfHash(redis, keys.off, first));
}

function parseOffs(texts: ReadonlyMap<string, string>): Offs {
  return new Map([...texts].map(([vhost, text]): [string, Off] => [vhost, parseOff(text)]));
}
