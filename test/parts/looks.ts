import { expect } from 'vitest';
import type { ContainersAnswer } from '../../src/answers/containers.ts';
import type { StatusAnswer } from '../../src/answers/status.ts';
import type { Controller, LogLine } from './controller.ts';
import { waitFor, waitUntil } from './wait-for.ts';

/** What the controller says of itself. */
export function statusOf(controller: Controller): Promise<StatusAnswer> {
  return controller.api<StatusAnswer>('status');
}

/** Waits until the sum of a metric's samples is `value`. */
export function metricIs(
  controller: Controller,
  name: string,
  value: number,
  labels?: Readonly<Record<string, string>>,
): Promise<void> {
  return waitFor(`${name} to be ${value}`, async () => {
    expect((await controller.metrics()).value(name, labels)).toBe(value);
  });
}

/**
 * Waits until the last pass has failed, and says why.
 *
 * @param words that it says: on a busy machine one may have failed before for another reason
 */
export function passesFail(controller: Controller, words: string | RegExp = ''): Promise<string> {
  return waitFor('a pass to fail', async () => {
    const { lastPass } = await statusOf(controller);
    expect(lastPass?.result).toBe('failed');
    const error = lastPass?.error ?? '';
    expect(error).toMatch(words);
    return error;
  });
}

/**
 * Has a whole pass run after this moment: what it would not have done by then it does not do. A further one that was
 * asked for may still be to come.
 */
export async function aPassLater(controller: Controller): Promise<void> {
  const { passes } = await statusOf(controller);
  await waitUntil('two further passes', async () => {
    await controller.reconcile();
    return (await statusOf(controller)).passes > passes + 1;
  });
}

/** Waits until `/readyz` says this, and returns its text. */
export function readyIs(controller: Controller, status: 200 | 503): Promise<string> {
  return waitFor(`readyz to be ${status}`, async () => {
    const probe = await controller.probe('/readyz');
    expect(probe.status).toBe(status);
    return probe.text;
  });
}

/** Waits until a container has a verdict, and returns all that is said of it. */
export function verdictOn(
  controller: Controller,
  container: string,
  verdict: string,
): Promise<ContainersAnswer['containers'][number]> {
  return waitFor(`${container} to be ${verdict}`, async () => {
    const { containers } = await controller.api<ContainersAnswer>('containers');
    const found = containers.find(({ id }) => id === container);
    if (found === undefined) throw new Error('not listed');
    if (found.verdict !== verdict) throw new Error(JSON.stringify(found));
    return found;
  });
}

/** The lines of the log with this message that have come so far: what the API tells may be ahead of them. */
export function logged({ logs }: Controller, message: string): readonly LogLine[] {
  return logs.filter(({ msg }) => msg === message);
}

/** Waits until the log has so many lines with this message, and returns them. */
export function logHas(
  controller: Controller,
  message: string,
  times = 1,
): Promise<readonly LogLine[]> {
  return waitFor(`the log to say "${message}"`, () => {
    const lines = logged(controller, message);
    expect(lines).toHaveLength(times);
    return lines;
  });
}

/** Waits until the controller has ended by itself, and returns its exit code. */
export async function endOf(controller: Controller): Promise<number | null> {
  await waitFor('the controller to end', () => {
    expect(controller.hasEnded()).toBe(true);
  });
  return controller.end();
}

/** Longer than any pause between the looks that follow an event, the start or a new stream. */
const REST_MS = 2_500;

/** The looks that follow what happened last are over: only something new makes a further pass. */
export async function passesRest(controller: Controller): Promise<void> {
  let [passes, since] = [-1, performance.now()];
  await waitUntil('the passes to rest', async () => {
    const now = (await statusOf(controller)).passes;
    if (now !== passes) [passes, since] = [now, performance.now()];
    return performance.now() - since >= REST_MS;
  });
}
