import type { Scheme } from '../model/backend-url.ts';
import { escapeText } from '../model/escape.ts';
import type { Grounds } from './grounds.ts';
import type { NamedValue } from './written.ts';

/** How the application is asked, or why the request cannot be met. */
export type SchemeChoice =
  | { readonly kind: 'scheme'; readonly scheme: Scheme; readonly isGrpc: boolean }
  | { readonly kind: 'rejected'; readonly grounds: Grounds };

/**
 * By default HTTP. gRPC is no scheme of a URL that hipache knows: there the backend is written like any other, and what
 * it speaks is an option of the vhost. Whoever writes another word is told, rather than asked in a way that he did not mean.
 */
export function chooseScheme(setting: NamedValue | null): SchemeChoice {
  const word = setting?.value.toLowerCase() ?? 'http';
  if (word === 'grpc') return { kind: 'scheme', scheme: 'http', isGrpc: true };
  if (word === 'http' || word === 'https') return { kind: 'scheme', scheme: word, isGrpc: false };
  const from = setting?.from ?? '';
  return {
    kind: 'rejected',
    grounds: {
      reason: 'bad-label',
      detail: `${from}="${escapeText(setting?.value ?? '')}" is not a scheme that a front speaks to applications.`,
      remedy: `Write ${from}=https, ${from}=grpc (HTTP/2 without TLS), or http, which is the default.`,
    },
  };
}
