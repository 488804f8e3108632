import { compareText } from '../model/compare.ts';
import { writeDuration } from '../model/duration.ts';
import type { ObservedFrontend } from '../model/frontend.ts';
import {
  OPTION_WORDS,
  type Option,
  type OptionWord,
  oldestOptions,
  parseOptions,
} from '../model/options.ts';

/** What fronts do for a host because labels say so. */
export interface OptionView {
  readonly label: string;
  readonly value: string;
  /** Whose containers' word it is. */
  readonly owner: string;
  /** Who says otherwise, of a younger container, and so is not heard. */
  readonly conflicts: readonly { readonly owner: string; readonly value: string }[];
}

/** What counts of what all owners' containers ask; several of one owner were settled before it was written. */
export function optionsOf({ options }: Pick<ObservedFrontend, 'options'>): readonly OptionView[] {
  const asked = [...(options ?? [])]
    .map(([owner, text]) => ({ owner, options: parseOptions(text) }))
    .sort((a, b) => compareText(a.owner, b.owner));
  const heard = oldestOptions(asked.map((one) => one.options));
  return OPTION_WORDS.flatMap((word): readonly OptionView[] => {
    const option = heard.get(word);
    if (option === undefined) return [];
    const saying = asked.flatMap(({ owner, options: own }) => {
      const said = own.get(word);
      return said === undefined ? [] : [{ owner, said }];
    });
    const owner = saying.find(({ said }) => said === option)?.owner ?? '';
    const conflicts = saying
      .filter(({ said }) => said.value !== option.value)
      .map((one) => ({ owner: one.owner, value: inWords(one.said) }));
    return [{ label: labelOf(word), value: inWords(option), owner, conflicts }];
  });
}

function labelOf(word: OptionWord): string {
  return `autodock.${word}`;
}

function inWords({ value }: Option): string {
  return typeof value === 'number' ? writeDuration(value) : value;
}
