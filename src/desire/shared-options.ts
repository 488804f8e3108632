import { writeDuration } from '../model/duration.ts';
import { escapeText } from '../model/escape.ts';
import type { Rejection } from '../model/frontend.ts';
import { type Option, type Options, oldestOptions, writeOptions } from '../model/options.ts';
import type { Judgement, Petition } from './ask.ts';

/** What the containers of one host ask of fronts together. */
export interface SharedOptions {
  /** Missing: it is not known of all of them. */
  readonly options?: string;
  /** What those are told whose own wish does not count. */
  readonly conflicts: readonly (readonly [Judgement, Rejection])[];
}

/**
 * A front can follow one wish for a host: of each word the oldest container's. Who says nothing of it agrees.
 *
 * @param routed who is routed for the host, the oldest first
 */
export function shareOptions(routed: readonly Petition[]): SharedOptions {
  const wishes = routed.map(({ ask }) => ask.options);
  const known = wishes.filter((options) => options !== null);
  const shared = oldestOptions(known);
  if (shared.size === 0) return known.length < wishes.length ? NOT_KNOWN : NOTHING;
  const conflicts = routed.flatMap((petition) => conflictsOf(petition, shared, routed));
  const isKnown = known.length === wishes.length;
  return isKnown ? { options: writeOptions(shared), conflicts } : { conflicts };
}

const NOTHING: SharedOptions = { options: '', conflicts: [] };
const NOT_KNOWN: SharedOptions = { conflicts: [] };

function conflictsOf(
  { judgement, ask }: Petition,
  shared: Options,
  routed: readonly Petition[],
): SharedOptions['conflicts'] {
  return [...(ask.options ?? [])].flatMap(([word, { value }]) => {
    const heard = shared.get(word);
    if (heard === undefined || heard.value === value) return [];
    const older = routed.find((one) => one.ask.options?.get(word)?.value === heard.value);
    const name = escapeText(older?.judgement.verdict.name ?? 'another');
    const rejection: Rejection = {
      reason: 'conflict',
      vhost: ask.vhost,
      detail: `autodock.${word}=${inWords(value)} does not count: ${name}, which is older, asks for ${inWords(heard.value)}, and a host has one.`,
      remedy:
        'Write the same value on all containers of the host; it changes when the older ones are gone.',
    };
    return [[judgement, rejection] as const];
  });
}

/** As a label has it. */
function inWords(value: Option['value']): string {
  return typeof value === 'number' ? writeDuration(value) : value;
}
