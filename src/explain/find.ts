import { similar } from '../config/nearest.ts';
import type { WorkloadVerdict } from '../model/frontend.ts';
import { shortId } from '../model/ids.ts';
import { askedVhosts, type Facts, redisOf, runningOf } from './facts.ts';
import { readHost } from './host-name.ts';
import type { Meaning } from './meaning.ts';

/** What a word means. */
export type Found =
  | {
      readonly kind: 'container';
      readonly verdict: WorkloadVerdict;
      /** It is the name of a host, too, which this reading hides. */
      readonly isHost: boolean;
    }
  | { readonly kind: 'host' }
  /** The beginning of more than one container's id; their names. */
  | { readonly kind: 'several'; readonly names: readonly string[] }
  /** Neither; names that may have been meant. */
  | { readonly kind: 'unknown'; readonly similar: readonly string[] };

const SUGGESTIONS = 3;

/**
 * What a person means by a word: a container by its name or id; else a host that has a frontend or is asked for;
 * else a container by the beginning of its id; else a host, if it looks like one.
 *
 * @param as what it has to be; null: whatever comes first
 */
export function find(facts: Facts, word: string, as: Meaning | null): Found {
  if (as === 'host') return { kind: 'host' };
  const verdicts = runningOf(facts)?.verdicts ?? [];
  const named = verdicts.find(
    ({ id, name }) => name === word || id === word || shortId(id) === word,
  );
  const isHost = isKnownHost(facts, word);
  if (named !== undefined) return { kind: 'container', verdict: named, isHost };
  if (as === null && isHost) return { kind: 'host' };
  const begun = /^[0-9a-f]{2,}$/.test(word) ? verdicts.filter(({ id }) => id.startsWith(word)) : [];
  const [verdict, ...others] = begun;
  if (others.length > 0) return { kind: 'several', names: begun.map(({ name }) => name) };
  if (verdict !== undefined) return { kind: 'container', verdict, isHost };
  if (as === null && /[.*:/[]/.test(word)) return { kind: 'host' };
  return { kind: 'unknown', similar: similarNames(facts, word, as) };
}

function isKnownHost(facts: Facts, word: string): boolean {
  const { host, kind } = readHost(word);
  if (kind === 'front') return true;
  const running = runningOf(facts);
  const list = redisOf(facts)?.frontends.get(host)?.list;
  const isWritten = list !== undefined && list.kind !== 'absent';
  return isWritten || (running !== null && askedVhosts(running).has(host));
}

function similarNames(facts: Facts, word: string, as: Meaning | null): readonly string[] {
  const running = runningOf(facts);
  const names = running?.verdicts.map(({ name }) => name) ?? [];
  const hosts = [
    ...(running === null ? [] : askedVhosts(running)),
    ...(redisOf(facts)?.frontends.keys() ?? []),
  ];
  return similar(word, as === 'container' ? names : [...names, ...hosts], SUGGESTIONS);
}
