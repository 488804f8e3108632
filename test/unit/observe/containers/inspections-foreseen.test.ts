import { describe, expect, test } from 'vitest';
import { held, id, REPLY, set, turn } from './held-inspections.ts';

describe('inspections of what was created', () => {
  test('are asked for at once, and known when a pass asks', async () => {
    const { asked, inspections } = held();
    inspections.foresee(id(1));
    inspections.foresee(id(1));
    await turn();
    asked[0]?.answer(REPLY);
    await turn();
    // Passes that do not see it yet.
    inspections.retain(set(7));
    inspections.retain(set(7));
    inspections.request(set(1));
    await turn();
    expect(asked).toHaveLength(1);
    expect(inspections.state(id(1))).toMatchObject({ kind: 'known' });
  });

  test('are forgotten after a minute, or when what started is gone', async () => {
    const { asked, inspections, clock } = held();
    for (const number of [1, 2]) {
      inspections.foresee(id(number));
      await turn();
      asked[number - 1]?.answer(REPLY);
      await turn();
    }
    inspections.retain(set(1));
    inspections.retain(set());
    expect(inspections.state(id(1)).kind).toBe('unknown');
    clock.now = 60_000;
    inspections.retain(set());
    expect(inspections.state(id(2)).kind).toBe('known');
    clock.now = 60_001;
    inspections.retain(set());
    expect(inspections.state(id(2)).kind).toBe('unknown');
  });

  test('keep no pass waiting that does not want them, and one that does', async () => {
    const { asked, inspections, late } = held();
    inspections.foresee(id(1));
    await turn();
    await inspections.settled(1_000_000);
    expect(inspections.isHanging(id(1))).toBe(false);

    inspections.request(set(1));
    const settled = inspections.settled(1_000_000);
    await turn();
    asked[0]?.answer(REPLY);
    await settled;
    expect(inspections.state(id(1)).kind).toBe('known');
    expect([asked.length, late()]).toEqual([1, 0]);
  });

  test('are one at a time, of four in all', async () => {
    const { asked, inspections } = held();
    const ids = () => asked.map((request) => request.id);
    for (const number of [1, 2]) inspections.foresee(id(number));
    inspections.request(set(11, 12, 13, 14));
    await turn();
    expect(ids()).toEqual([1, 11, 12, 13].map(id));
    asked[0]?.answer(REPLY);
    await turn();
    expect(ids()).toEqual([1, 11, 12, 13, 14].map(id));
    inspections.foresee(id(3));
    await turn();
    expect(asked).toHaveLength(5);
  });

  test('keep nobody waiting who looks beside the passes', async () => {
    const { inspections } = held();
    inspections.foresee(id(1));
    await inspections.settled(Number.POSITIVE_INFINITY);
    expect(inspections.state(id(1)).kind).toBe('unknown');
  });

  test('give no late answer about an address', async () => {
    const { asked, inspections, late } = held();
    inspections.foresee(id(1));
    await turn();
    inspections.request(set(1));
    await inspections.settled(0);
    asked[0]?.answer(REPLY);
    await turn();
    expect(late()).toBe(1);
    const confirmed = inspections.confirm(id(1), true);
    await turn();
    asked[1]?.answer('gone');
    expect(await confirmed).toBe('gone');
  });

  test.each([
    ['fail', (request: { fail(e: Error): void }) => request.fail(new Error('status 500'))],
    ['find nothing', (request: { answer(r: 'gone'): void }) => request.answer('gone')],
  ])('keep no pass from asking if they %s', async (_what, end) => {
    const { asked, inspections } = held();
    inspections.foresee(id(1));
    await turn();
    const [first] = asked;
    if (first !== undefined) end(first);
    await turn();
    inspections.request(set(1));
    await turn();
    asked[1]?.answer(REPLY);
    await turn();
    expect(inspections.state(id(1)).kind).toBe('known');
  });

  test('confirm no address: they were asked before it was seen', async () => {
    const { asked, inspections } = held();
    inspections.foresee(id(1));
    await turn();
    inspections.request(set(1));
    const confirmed = inspections.confirm(id(1), true);
    await turn();
    asked[0]?.answer('gone');
    asked[1]?.answer(REPLY);
    expect(await confirmed).toBe(REPLY);
  });

  test('are of a hundred containers at most', async () => {
    const { asked, inspections, clock } = held();
    for (let number = 1; number <= 150; number += 1) {
      inspections.foresee(id(number));
      await turn();
      asked[number - 1]?.answer(REPLY);
      await turn();
    }
    expect(asked).toHaveLength(100);
    inspections.retain(set(1, 2));
    inspections.foresee(id(149));
    await turn();
    expect(asked).toHaveLength(101);
    // No pass has looked since.
    asked[100]?.answer(REPLY);
    await turn();
    clock.now = 60_001;
    for (const number of [201, 202]) {
      inspections.foresee(id(number));
      await turn();
      asked.at(-1)?.answer(REPLY);
      await turn();
    }
    expect(asked).toHaveLength(103);
  });
});
