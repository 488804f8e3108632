import { describe, expect, test } from 'vitest';
import { held, id, REPLY, set, turn } from './held-inspections.ts';

describe('inspections', () => {
  test('asks once in a container’s life, four at a time', async () => {
    const { asked, inspections } = held();
    inspections.request(set(1, 2, 3, 4, 5, 6));
    await turn();
    expect(asked).toHaveLength(4);
    for (const request of asked) request.answer(REPLY);
    await turn();
    expect(asked).toHaveLength(6);
    for (const request of asked.slice(4)) request.answer(REPLY);
    await turn();
    inspections.request(set(1, 2, 3, 4, 5, 6));
    await turn();
    expect(asked).toHaveLength(6);
    expect(inspections.state(id(6))).toMatchObject({ kind: 'known' });
  });

  test('calls a container unknown while nothing is known, and gone after a 404', async () => {
    const { asked, inspections, late } = held();
    inspections.request(set(1));
    await inspections.settled(0);
    expect(inspections.state(id(1))).toMatchObject({ kind: 'unknown' });
    expect(late()).toBe(0);
    asked[0]?.answer('gone');
    await turn();
    expect(inspections.state(id(1))).toEqual({ kind: 'gone' });
    expect(late()).toBe(1);
  });

  test('does not trigger a pass for an answer that a pass waits for', async () => {
    const { asked, inspections, late } = held();
    inspections.request(set(1));
    const settled = inspections.settled(1_000);
    await turn();
    asked[0]?.answer(REPLY);
    await settled;
    expect(late()).toBe(0);
  });

  test('tells of an answer that a pass waited for in vain, though a look beside the passes waits for it', async () => {
    const { asked, inspections, late } = held();
    inspections.request(set(1));
    await inspections.settled(0);
    const settled = inspections.settled(Number.POSITIVE_INFINITY);
    await turn();
    asked[0]?.answer(REPLY);
    await settled;
    expect(late()).toBe(1);
  });

  test('tries a failed one again, later each time, and says what was wrong', async () => {
    const { asked, inspections, clock } = held();
    inspections.request(set(1));
    await turn();
    asked[0]?.fail(new Error('status 500'));
    await turn();
    expect(inspections.state(id(1))).toEqual({ kind: 'unknown', why: 'status 500' });
    inspections.request(set(1));
    clock.now = 999;
    inspections.request(set(1));
    await turn();
    expect(asked).toHaveLength(1);
    clock.now = 1_000;
    inspections.request(set(1));
    await turn();
    asked[1]?.fail(new Error('malformed reply'));
    await turn();
    clock.now = 2_999;
    inspections.request(set(1));
    await turn();
    expect(asked).toHaveLength(2);
    clock.now = 3_000;
    inspections.request(set(1));
    await turn();
    asked[2]?.answer(REPLY);
    await turn();
    expect(inspections.state(id(1))).toMatchObject({ kind: 'known' });
  });

  test('waits for what is new, and not a second time for what hangs', async () => {
    const { asked, inspections, late } = held();
    inspections.request(set(1));
    await inspections.settled(0);
    inspections.request(set(2));
    const settled = inspections.settled(1_000);
    await turn();
    asked[1]?.answer(REPLY);

    await settled;
    expect(inspections.state(id(2))).toMatchObject({ kind: 'known' });
    await inspections.settled(1_000);
    asked[0]?.answer(REPLY);
    await turn();
    expect(late()).toBe(1);
    expect(inspections.state(id(1))).toMatchObject({ kind: 'known' });
  });

  test('forgets containers that are no longer listed', async () => {
    const { asked, inspections } = held();
    inspections.request(set(1));
    await turn();
    asked[0]?.answer(REPLY);
    await turn();
    inspections.retain(set());
    expect(inspections.state(id(1))).toMatchObject({ kind: 'unknown' });
  });
});
