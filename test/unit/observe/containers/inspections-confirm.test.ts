import { describe, expect, test } from 'vitest';
import { held, id, REPLY, set, turn } from './held-inspections.ts';

describe('inspections', () => {
  test('triggers no pass for an answer that a look alone asked for, and keeps it for none', async () => {
    const { asked, inspections, late } = held();
    void inspections.confirm(id(1), false);
    const settled = inspections.settled(Number.POSITIVE_INFINITY);
    await turn();
    asked[0]?.answer(REPLY);
    await settled;
    expect(late()).toBe(0);
    void inspections.confirm(id(1), false);
    await turn();
    expect(asked).toHaveLength(2);
  });

  test('does not take an answer for fresh that came long before the pass', async () => {
    const { asked, inspections, clock } = held();
    inspections.request(set(1));
    await inspections.settled(0);
    asked[0]?.answer(REPLY);
    await turn();
    clock.now = 1_001;
    void inspections.confirm(id(1), false);
    await turn();
    expect(asked).toHaveLength(2);
  });

  test('does not let a container that probably lives wait for those that hang', async () => {
    const { asked, inspections } = held();
    const old = [1, 2, 3];
    inspections.request(set(...old));
    await turn();
    for (const request of asked) request.answer(REPLY);
    await turn();
    for (const n of [1, 2]) void inspections.confirm(id(n), false);
    void inspections.confirm(id(3), true);
    await turn();
    expect(new Set(asked.slice(old.length).map((request) => request.id))).toEqual(set(...old));
  });

  test('leaves room for new containers while those hang that were asked about before', async () => {
    const { asked, inspections } = held();
    const old = [1, 2, 3, 4, 5, 6];
    inspections.request(set(...old));
    while (asked.length < old.length) {
      for (const request of asked) request.answer(REPLY);
      await turn();
    }
    for (const request of asked) request.answer(REPLY);
    await turn();
    await inspections.settled(0);
    for (const n of old) void inspections.confirm(id(n), false);
    await turn();
    expect(asked).toHaveLength(old.length + 2);

    inspections.request(set(7, 8));
    await turn();

    expect(asked.slice(-2).map((request) => request.id)).toEqual([id(7), id(8)]);
  });

  test('waits anew for one that is asked again after it answered', async () => {
    const { asked, inspections } = held();
    inspections.request(set(1));
    await inspections.settled(0);
    asked[0]?.answer(REPLY);
    await turn();
    await inspections.settled(0);
    const confirmed = inspections.confirm(id(1), false);
    const settled = inspections.settled(1_000);
    await turn();
    asked[1]?.answer(REPLY);
    await settled;
    expect(await confirmed).toMatchObject({ running: true });
  });

  test('gives an answer that was late for one pass to the next, and to no other', async () => {
    const { asked, inspections } = held();
    inspections.request(set(1));
    await inspections.settled(0);
    asked[0]?.answer(REPLY);
    await turn();

    expect(await inspections.confirm(id(1), false)).toMatchObject({ running: true });
    await inspections.settled(0);
    void inspections.confirm(id(1), false);
    await turn();

    expect(asked).toHaveLength(2);
  });

  test('does not ask again to confirm what failed a moment ago', async () => {
    const { asked, inspections, clock } = held();
    inspections.request(set(1));
    await turn();
    asked[0]?.answer(REPLY);
    await turn();
    await inspections.settled(0);
    const confirmed = inspections.confirm(id(1), false);
    await turn();
    asked[1]?.fail(new Error('no answer'));
    expect(await confirmed).toBeNull();

    expect(await inspections.confirm(id(1), false)).toBeNull();
    clock.now = 1_000;
    void inspections.confirm(id(1), false);
    await turn();
    expect(asked).toHaveLength(3);
  });

  test('keeps the identity of what it knows when it is asked to confirm', async () => {
    const { asked, inspections } = held();
    inspections.request(set(1));
    await turn();
    asked[0]?.answer(REPLY);
    await turn();
    const before = inspections.state(id(1));
    await inspections.settled(0);
    const confirmed = inspections.confirm(id(1), false);
    await turn();
    asked[1]?.answer(REPLY);
    expect(await confirmed).toMatchObject({ running: true });
    const after = inspections.state(id(1));
    expect(after.kind === 'known' && before.kind === 'known').toBe(true);
    if (after.kind === 'known' && before.kind === 'known') {
      expect(after.inspection).toBe(before.inspection);
    }
  });
});
