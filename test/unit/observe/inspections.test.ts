import { describe, expect, it } from 'vitest';
import type { ContainerId } from '../../../src/model/ids.ts';
import type { InspectReply } from '../../../src/observe/inspection.ts';
import { createInspections } from '../../../src/observe/inspections.ts';

const REPLY: InspectReply = {
  env: new Map([['VIRTUALHOST', 'a.example']]),
  exposedPorts: [],
  running: true,
  addresses: [],
};

type Reply = InspectReply | 'gone';

const id = (n: number) => `container-id-${n}` as ContainerId;
const set = (...numbers: number[]) => new Set(numbers.map(id));

/** Inspections whose answers the test gives, on a clock of its own. */
function held() {
  const asked: { id: ContainerId; answer: (reply: Reply) => void; fail: (why: Error) => void }[] =
    [];
  let late = 0;
  const clock = { now: 0 };
  const inspections = createInspections({
    inspect: (which) =>
      new Promise((resolve, reject) => {
        asked.push({ id: which, answer: resolve, fail: reject });
      }),
    now: () => clock.now,
    sleep: (ms) => (ms === 0 ? Promise.resolve() : new Promise(() => undefined)),
    onLate: () => {
      late += 1;
    },
    longestRetryMs: 30_000,
  });
  return { asked, inspections, clock, late: () => late };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('inspections', () => {
  it('asks once in a container’s life, four at a time', async () => {
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

  it('calls a container unknown while nothing is known, and gone after a 404', async () => {
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

  it('does not trigger a pass for an answer that a pass waits for', async () => {
    const { asked, inspections, late } = held();
    inspections.request(set(1));
    const settled = inspections.settled(1_000);
    await turn();
    asked[0]?.answer(REPLY);
    await settled;
    expect(late()).toBe(0);
  });

  it('tells of an answer that a pass waited for in vain, though a look beside the passes waits for it', async () => {
    const { asked, inspections, late } = held();
    inspections.request(set(1));
    await inspections.settled(0);
    const settled = inspections.settled(Number.POSITIVE_INFINITY);
    await turn();
    asked[0]?.answer(REPLY);
    await settled;
    expect(late()).toBe(1);
  });

  it('triggers no pass for an answer that a look alone asked for, and keeps it for none', async () => {
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

  it('does not take an answer for fresh that came long before the pass', async () => {
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

  it('does not let a container that probably lives wait for those that hang', async () => {
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

  it('tries a failed one again, later each time, and says what was wrong', async () => {
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

  it('leaves room for new containers while those hang that were asked about before', async () => {
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

  it('waits for what is new, and not a second time for what hangs', async () => {
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

  it('waits anew for one that is asked again after it answered', async () => {
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

  it('gives an answer that was late for one pass to the next, and to no other', async () => {
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

  it('does not ask again to confirm what failed a moment ago', async () => {
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

  it('forgets containers that are no longer listed', async () => {
    const { asked, inspections } = held();
    inspections.request(set(1));
    await turn();
    asked[0]?.answer(REPLY);
    await turn();
    inspections.retain(set());
    expect(inspections.state(id(1))).toMatchObject({ kind: 'unknown' });
  });

  it('keeps the identity of what it knows when it is asked to confirm', async () => {
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
