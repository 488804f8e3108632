import { escapeText } from '../model/escape.ts';
import type { Rejection, RejectionReason } from '../model/frontend.ts';

/** Why a request cannot be met, before it is told for which vhosts. */
export type Grounds = Omit<Rejection, 'vhost'>;

/** How many of the ports or networks that were seen a message names. */
const NAMED_AT_MOST = 10;

/** A vhost whose containers cannot be routed for these reasons alone is held: they pass by themselves. */
const PASSING: ReadonlySet<RejectionReason> = new Set([
  'starting',
  'unhealthy',
  'paused',
  'restarting',
  'stopping',
  'drained',
]);

/** True if the reason passes by itself, so that the vhost is held meanwhile. */
export function isPassing(reason: RejectionReason): boolean {
  return PASSING.has(reason);
}

/** Names what was seen: `80, 443`, at most ten of them, `none` for nothing. */
export function listInWords(seen: readonly (string | number)[]): string {
  const shown = seen.slice(0, NAMED_AT_MOST).map((one) => escapeText(String(one)));
  const more = seen.length - shown.length;
  const words = more > 0 ? [...shown, `and ${more} more`] : shown;
  return words.length === 0 ? 'none' : words.join(', ');
}
