import type { ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { readableClaims } from '../model/readable-claim.ts';
import { chunksOf } from '../observe/frontends/chunks.ts';
import type { Sends } from '../observe/frontends/sends.ts';

const NAMES_AT_ONCE = 400;
/** Few enough not to hold up Redis. */
const COMMANDS_AT_ONCE = 25;

/** What containers are called, by short id; see `readNames`. */
export type Names = ReadonlyMap<string, string>;

/**
 * What the containers behind the backends of these frontends are called, as their hosts published it: those that one
 * host runs are not known to the others.
 *
 * @param except an owner whose containers are known already; null: nobody's
 * @throws ObserveError if Redis cannot be read
 */
export async function readNames(
  redis: Sends,
  keys: Keys,
  frontends: Iterable<ObservedFrontend>,
  except: Owner | null,
): Promise<Names> {
  const names = new Map<string, string>();
  const questions = [...claimantsIn(frontends)]
    .filter(([owner]) => owner !== except)
    .flatMap(([owner, ids]) =>
      [...chunksOf([...ids], NAMES_AT_ONCE)].map((some) => ({ key: keys.names(owner), some })),
    );
  for (const together of chunksOf(questions, COMMANDS_AT_ONCE)) {
    const told = await redis.read(together.map(({ key, some }) => ['hmget', key, ...some]));
    together.forEach(({ some }, position) => {
      for (const [id, name] of pairsOf(some, told[position])) names.set(id, name);
    });
  }
  return names;
}

/** Short ids, by who claims for them. */
function claimantsIn(frontends: Iterable<ObservedFrontend>): ReadonlyMap<Owner, Set<string>> {
  const all = new Map<Owner, Set<string>>();
  const claims = [...frontends].flatMap((frontend) => readableClaims(frontend));
  for (const [owner, { backends }] of claims) {
    const ids = all.get(owner) ?? new Set();
    for (const id of [...backends.values()].flat()) ids.add(id);
    all.set(owner, ids);
  }
  return all;
}

/** What is no list, as the key holds something else, names nobody. */
function pairsOf(ids: readonly string[], told: unknown): readonly (readonly [string, string])[] {
  const texts: readonly unknown[] = Array.isArray(told) ? told : [];
  return ids.flatMap((id, index) => {
    const name = texts[index];
    return typeof name === 'string' ? [[id, name] as const] : [];
  });
}
