import { expect } from 'vitest';
import { waitFor } from '../parts/wait-for.ts';
import { marksOf } from './arrange.ts';
import type { Expectation, Text } from './cases/case.ts';
import type { Profile } from './profiles.ts';
import type { Outcome } from './run-case.ts';
import type { Target } from './target.ts';

/** Asserts what came of a case. `reached` counts the requests of this case alone. */
export async function check(
  expected: Expectation,
  outcome: Outcome,
  target: Target,
  reached: (name: string) => number,
): Promise<void> {
  const labels = outcome.answers.map(({ label }) => label);
  checkAnswers(expected.answers, labels, target.profile);
  checkLast(expected, outcome);
  if (expected.messages !== undefined) expect(outcome.messages).toEqual(expected.messages);
  for (const [name, range] of Object.entries(expected.reached ?? {})) {
    const count = name === 'client connections' ? outcome.connections : reached(name);
    expectWithin(name, count, range);
  }
  for (const [host, slots] of Object.entries(expected.dead ?? {})) {
    await waitFor(`the marks of ${host}`, () => checkMarks(target, host, slots));
  }
  for (const [host, range] of Object.entries(expected.ttl ?? {})) {
    expectWithin(`the marks of ${host}`, await target.redis.ttl(`dead:${host}`), range);
  }
}

function checkAnswers(
  expected: Expectation['answers'],
  labels: readonly string[],
  profile: Profile,
): void {
  const statuses: Readonly<Record<string, number | string>> = profile.statuses;
  const labelOf = (name: string | number) => String(statuses[name] ?? name);
  if (expected === undefined) return;
  if (Array.isArray(expected)) {
    expect(labels).toEqual((expected as readonly (string | number)[]).map(labelOf));
    return;
  }
  const ranges = Object.entries(expected).map(
    ([name, count]: [string, number | readonly [number, number]]) =>
      [labelOf(name), typeof count === 'number' ? ([count, count] as const) : count] as const,
  );
  expect(ranges.map(([name]) => name)).toEqual(expect.arrayContaining([...new Set(labels)]));
  for (const [name, range] of ranges) {
    expectWithin(name, labels.filter((label) => label === name).length, range);
  }
}

function checkLast({ headers, body, without, seen, request }: Expectation, { answers }: Outcome) {
  const last = answers.at(-1);
  const text = last?.body ?? '';
  checkTexts(headers, last?.headers ?? {});
  if (typeof body === 'string') expect(text).toContain(body);
  if (body instanceof RegExp) expect(text).toMatch(body);
  if (without !== undefined) expect(text).not.toContain(without);
  if (seen === undefined && request === undefined) return;
  const told = JSON.parse(text) as { readonly headers: Readonly<Record<string, string>> };
  checkTexts(seen, told.headers);
  if (request !== undefined) expect(told).toMatchObject(request);
}

function checkTexts(
  expected: Readonly<Record<string, Text>> = {},
  actual: Readonly<Record<string, string>>,
): void {
  const matchers = Object.entries(expected).map(([name, text]) => [
    name,
    text instanceof RegExp ? (expect.stringMatching(text) as unknown) : (text ?? undefined),
  ]);
  const named = Object.keys(expected).map((name) => [name, actual[name]]);
  expect(Object.fromEntries(named)).toEqual(Object.fromEntries(matchers));
}

async function checkMarks(
  target: Target,
  host: string,
  expected: readonly string[] | { readonly count: number },
): Promise<void> {
  const slots = await marksOf(target, host);
  if ('count' in expected) expect(slots).toHaveLength(expected.count);
  else expect(slots).toEqual(expected);
}

function expectWithin(what: string, count: number, [least, most]: readonly [number, number]): void {
  expect(count, what).toBeGreaterThanOrEqual(least);
  expect(count, what).toBeLessThanOrEqual(most);
}
