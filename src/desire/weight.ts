import { escapeText } from '../model/escape.ts';
import type { Grounds } from './grounds.ts';
import type { NamedValue } from './written.ts';

/** How many times a backend stands in the list, or why the request cannot be met. */
export type WeightChoice =
  | { readonly kind: 'weight'; readonly weight: number }
  | { readonly kind: 'rejected'; readonly grounds: Grounds };

const HIGHEST_WEIGHT = 100;

/**
 * 1 to 100, by default 1. A bad weight rejects the requests that it governs instead of counting as 1:
 * who writes 0 wants no traffic there, and who writes 500 is better told than misunderstood.
 */
export function chooseWeight(setting: NamedValue | null): WeightChoice {
  if (setting === null) {
    return { kind: 'weight', weight: 1 };
  }
  const weight = /^[1-9]\d{0,2}$/.test(setting.value) ? Number(setting.value) : 0;
  if (weight >= 1 && weight <= HIGHEST_WEIGHT) {
    return { kind: 'weight', weight };
  }
  return {
    kind: 'rejected',
    grounds: {
      reason: 'bad-label',
      detail: `${setting.from}="${escapeText(setting.value)}" is not a weight.`,
      remedy: `Write a decimal number from 1 to ${HIGHEST_WEIGHT}, e.g. ${setting.from}=2.`,
    },
  };
}
