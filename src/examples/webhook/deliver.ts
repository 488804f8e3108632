import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Post } from './post-routes.ts';
import { shownUrl } from './read-settings.ts';

/** Where to, and what it is done with; the rest is for tests. */
export interface DeliveryOptions {
  readonly url: string;
  /** Ends attempts and waits. */
  readonly signal: AbortSignal;
  /** Told of each attempt that failed, in one line. */
  readonly log: (line: string) => void;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** 0 to 1. */
  readonly random?: () => number;
}

/** How an attempt ended. `refused`: another would end the same way. */
type Attempt =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string; readonly retryAfterMs: number };

const ATTEMPTS = 10;
const DEADLINE_MS = 10_000;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;
/** Besides 500 and above: the receiver asks to come again. */
const TRANSIENT = [408, 425, 429];

/**
 * Delivers one post after the other: each is tried up to ten times, after 0.5 s, 1 s, 2 s ... 30 s or when
 * the receiver says, a random part of it less, so that many senders do not come at once. All attempts of a post
 * carry one `Idempotency-Key`, by which the receiver knows a post whose answer was lost.
 *
 * @returns delivers; resolves also if the receiver refuses the post (3xx, 4xx), as it would again.
 *   Rejects after the last attempt.
 */
export function createDelivery(options: DeliveryOptions): (post: Post) => Promise<void> {
  const { signal, log, wait = waitFor, random = Math.random } = options;
  return async (post) => {
    const key = randomUUID();
    const body = JSON.stringify(post);
    for (let count = 1; !signal.aborted; count += 1) {
      const attempt = await tryOnce(options, body, key);
      if (attempt.kind === 'delivered') return;
      if (attempt.kind === 'refused') return log(`${post.type} is dropped: ${attempt.why}`);
      log(`${post.type}, attempt ${count} of ${ATTEMPTS}: ${attempt.why}`);
      if (count === ATTEMPTS) throw new Error(`${post.type} was not delivered: ${attempt.why}`);
      await wait(Math.max(backoffMs(count, random()), attempt.retryAfterMs), signal);
    }
  };
}

async function tryOnce(
  { url, signal }: DeliveryOptions,
  body: string,
  key: string,
): Promise<Attempt> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      // To follow one would turn the post into a GET without a body.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
    });
    await response.body?.cancel();
    if (response.ok) return { kind: 'delivered' };
    const why = `it answered ${response.status}${redirectionOf(response)}`;
    const isTransient = response.status >= 500 || TRANSIENT.includes(response.status);
    return isTransient
      ? { kind: 'failed', why, retryAfterMs: retryAfterMs(response.headers.get('retry-after')) }
      : { kind: 'refused', why };
  } catch (thrown) {
    return { kind: 'failed', why: reasonOf(thrown), retryAfterMs: 0 };
  }
}

/** Where it would rather have the post; without what may be secret of it. */
function redirectionOf({ status, headers, url }: Response): string {
  const location = headers.get('location');
  if (status < 300 || status > 399 || location === null) return '';
  const to = URL.canParse(location, url) ? shownUrl(new URL(location, url)) : 'no URL';
  return ` with Location ${to}: is the URL to post to the right one?`;
}

/** Between half of the time and all of it. */
function backoffMs(failures: number, random: number): number {
  const grown = Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS);
  return grown * (0.5 + random / 2);
}

/** `Retry-After` in seconds; a date counts as nothing said, and a long time as the longest. */
function retryAfterMs(header: string | null): number {
  const seconds = /^\d{1,6}$/.test(header ?? '') ? Number(header) : 0;
  return Math.min(seconds * 1_000, LONGEST_BACKOFF_MS);
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause === undefined ? thrown.message : reasonOf(thrown.cause);
}

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  // That the signal ends the wait does not count as a failure: the caller looks at it.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
