import { compareText } from '../model/compare.ts';
import type { Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { readDrains } from '../observe/frontends/drains.ts';
import type { Sends } from '../observe/frontends/sends.ts';

/**
 * What an owner's drains are, as one text to compare.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readDrainsText(redis: Sends, keys: Keys, owner: Owner): Promise<string> {
  const drains = await readDrains(redis, keys, owner);
  const texts = [...drains].map(([id, { text }]) => `${id} ${text}`);
  return texts.sort(compareText).join('\n');
}
