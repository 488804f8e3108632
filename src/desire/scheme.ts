import type { Scheme } from '../model/backend-url.ts';
import { escapeText } from '../model/escape.ts';
import type { Grounds } from './grounds.ts';
import type { NamedValue } from './written.ts';

/** How the application is asked, or why the request cannot be met. */
export type SchemeChoice =
  | { readonly kind: 'scheme'; readonly scheme: Scheme }
  | { readonly kind: 'rejected'; readonly grounds: Grounds };

/** By default HTTP. Whoever writes another word is told, rather than asked in a way that he did not mean. */
export function chooseScheme(setting: NamedValue | null): SchemeChoice {
  const word = setting?.value.toLowerCase() ?? 'http';
  if (word === 'http' || word === 'https') return { kind: 'scheme', scheme: word };
  const from = setting?.from ?? '';
  return {
    kind: 'rejected',
    grounds: {
      reason: 'bad-label',
      detail: `${from}="${escapeText(setting?.value ?? '')}" is not a scheme that a front speaks to applications.`,
      remedy: `Write ${from}=https, or http, which is the default.`,
    },
  };
}
