import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Pass } from '../../../src/reconcile.ts';
import { createLossWarning } from '../../../src/report/loss.ts';

type Lists = Readonly<Record<string, readonly string[] | null>>;

const CONTAINER = 'c'.repeat(64);

/** Of a pass the warning reads no more than this. `null`: no such key. */
function frontends(lists: Lists, claimed: boolean) {
  const claim = { backends: new Map([['http://mine', [CONTAINER.slice(0, 12)]]]), heldSince: null };
  const claims = new Map(claimed ? [['me', claim]] : []);
  return new Map(
    Object.entries(lists).map(([vhost, entries]) => [
      vhost,
      { vhost, claims, list: entries === null ? { kind: 'absent' } : { kind: 'list', entries } },
    ]),
  );
}

function followed() {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const tell = createLossWarning(log);
  const pass = (
    lists: Lists,
    claimed: boolean,
    foreign: readonly string[] = [],
    workload: Readonly<Record<string, unknown>> = {},
  ) =>
    tell({
      workloads: [{ kind: 'known', id: CONTAINER, ...workload }],
      opening: { frontends: frontends(lists, claimed) },
      frontends: frontends(lists, claimed),
      after: frontends(lists, true),
      plan: { owner: 'me', foreign },
    } as unknown as Pass);
  return { lines, pass };
}

test('counts the foreign entries that went with the claims, once', () => {
  const { lines, pass } = followed();
  const foreign = ['a.test http://f', 'b.test http://g'];
  pass({ 'a.test': ['http://f'], 'b.test': ['http://g'] }, true, foreign);

  pass({ 'a.test': null, 'b.test': ['http://g'] }, false);
  pass({ 'a.test': ['http://mine'] }, true);

  expect(lines).toMatchObject([{ level: 40, foreignGone: 1 }]);
});

test('says nothing of a first pass, nor while a claim stands', () => {
  const { lines, pass } = followed();
  pass({ 'a.test': null }, false);
  pass({ 'a.test': [] }, true);
  pass({ 'a.test': [] }, true);
  expect(lines).toEqual([]);
});

test('says nothing where another node of a swarm has newer containers than all that were claimed for', () => {
  const { lines, pass } = followed();
  const overtaken = { seat: 'slot', by: 'shop.1', owner: 'other' };
  pass({ 'a.test': ['http://mine'] }, true);
  pass({ 'a.test': ['http://newer'] }, false, [], { overtaken });
  expect(lines).toEqual([]);
});
