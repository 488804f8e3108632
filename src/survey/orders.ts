import { compareText } from '../model/compare.ts';
import type { Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { readDrains } from '../observe/frontends/drains.ts';
import { readHash } from '../observe/frontends/hash.ts';
import type { Sends } from '../observe/frontends/sends.ts';

/**
 * What people wrote by `drain` and `off`, as one text to compare: the drains of this owner, and all that is off.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readOrdersText(redis: Sends, keys: Keys, owner: Owner): Promise<string> {
  const drains = await readDrains(redis, keys, owner);
  const offs = await readHash(redis, keys.off);
  const texts = [
    ...[...drains].map(([id, { text }]) => `${id} ${text}`),
    ...[...offs].map(([vhost, text]) => `${vhost} ${text}`),
  ];
  return texts.sort(compareText).join('\n');
}
