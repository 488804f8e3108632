import type { Claim, FrontendList } from '../../../src/model/frontend.ts';
import type { BackendUrl, Owner, ShortId } from '../../../src/model/ids.ts';
import type { FrontendWrite } from '../../../src/model/plan.ts';

/** Whose prediction it is. */
export const ME = 'me' as Owner;
/** Another owner. */
export const OTHER = 'other' as Owner;
/** A backend. */
export const A = 'http://10.0.0.1:80' as BackendUrl;
/** Another one. */
export const B = 'http://10.0.0.2:80' as BackendUrl;
const ID = 'aaaaaaaaaaaa' as ShortId;
/** Redis' clock, milliseconds. */
export const NOW = 1_000_000;
/** How long a vhost is held, milliseconds. */
export const HOLD_MS = 10_000;

/** A list under the identifier `app`. */
export const list = (...entries: readonly string[]): FrontendList => ({
  kind: 'list',
  identifier: 'app',
  entries,
});
/** No key. */
export const ABSENT: FrontendList = { kind: 'absent' };
/** A claim on one copy of each URL, for one container. */
export const backed = (...urls: readonly string[]): Claim => ({
  backends: new Map(urls.map((url) => [url, [ID]])),
  heldSince: null,
});
/** A claim that holds a vhost. */
export const held = (since: number): Claim => ({ backends: new Map(), heldSince: since });

/** Nobody claims the vhost. */
export const EMPTY_CLAIMS = new Map<Owner, Claim | 'malformed'>();

/** What is wanted for `a.local`. */
export function writeOf(want: readonly BackendUrl[] = [], asked = false): FrontendWrite {
  const backends = want.map((url) => ({ url, ids: [ID] }));
  return { vhost: 'a.local', identifier: 'new', backends, asked };
}
