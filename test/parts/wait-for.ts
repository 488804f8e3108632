import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait and how often to look. */
export interface WaitOptions {
  /** Default 120 s: generous, as nothing here measures time. */
  readonly timeoutMs?: number;
  /** Default: an eighth of the time waited so far, from 25 ms to 100 ms. */
  readonly everyMs?: number;
}

/** Each look costs processor time here and in what is looked at, which others wait for. */
const [SOONEST_MS, LATEST_MS] = [25, 100];

/** Thrown by a look when waiting on is of no use. */
export class GiveUp extends Error {
  override readonly name = 'GiveUp';
}

/**
 * Looks again and again until `look` no longer throws (an assertion inside it counts), and returns what
 * it returned.
 *
 * @param what the condition in words, for the message
 * @throws Error with the last failure as its cause when the time is over
 * @throws GiveUp at once if `look` does
 */
export async function waitFor<T>(
  what: string,
  look: () => T | Promise<T>,
  { timeoutMs = 120_000, everyMs }: WaitOptions = {},
): Promise<T> {
  const began = performance.now();
  for (;;) {
    try {
      return await look();
    } catch (cause) {
      if (cause instanceof GiveUp) throw cause;
      const waitedMs = performance.now() - began;
      if (waitedMs > timeoutMs) throw tooLate(`waited ${timeoutMs} ms for: ${what}`, cause);
      await sleep(everyMs ?? Math.min(LATEST_MS, Math.max(SOONEST_MS, waitedMs / 8)));
    }
  }
}

function tooLate(message: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`${message}\nlast seen: ${reason}`, { cause });
}

/** Waits for something that is true or false rather than asserted. */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  options?: WaitOptions,
): Promise<void> {
  await waitFor(
    what,
    async () => {
      if (!(await holds())) throw new Error('not yet');
    },
    options,
  );
}

/** Asserts again and again for a while: something must stay as it is, whatever goes on meanwhile. */
export async function staysFor(
  durationMs: number,
  look: () => void | Promise<void>,
  everyMs = 25,
): Promise<void> {
  const deadline = performance.now() + durationMs;
  while (performance.now() < deadline) {
    await look();
    await sleep(everyMs);
  }
}

/** Lets a time-out pass that must not strike; nothing can be waited for instead. */
export function past(ms: number): Promise<void> {
  return sleep(ms);
}
