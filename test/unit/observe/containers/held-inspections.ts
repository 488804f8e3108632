import type { ContainerId } from '../../../../src/model/ids.ts';
import type { InspectReply } from '../../../../src/observe/containers/inspection.ts';
import { createInspections } from '../../../../src/observe/containers/inspections.ts';

/** What a running container's inspection tells. */
export const REPLY: InspectReply = {
  env: new Map([['VIRTUALHOST', 'a.example']]),
  exposedPorts: [],
  hasHealthcheck: false,
  firstProbeMs: null,
  running: true,
  networkMode: 'bridge',
  hasOwnLabels: false,
  stopSignal: 15,
  bound: null,
  vitals: { startedAt: 1, health: null },
  addresses: [],
};

type Reply = InspectReply | 'gone';

/** The id of a container, by number. */
export const id = (n: number) => `container-id-${n}` as ContainerId;
/** Ids by number. */
export const set = (...numbers: number[]) => new Set(numbers.map(id));

/** Inspections whose answers the test gives, on a clock of its own. */
export function held() {
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

/** Lets everything go on that waits for nothing. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));
