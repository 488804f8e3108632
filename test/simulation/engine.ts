import type { Random } from '../laws/random.ts';
import { type Box, type Face, GONE, inspectionOf, isRoutable, lineOf, type Spec } from './box.ts';
import { createDeeds, type Deed, type Emit, isUp } from './deeds.ts';
import type { EngineKind } from './engine-kind.ts';
import { EPOCH_MS, type Time } from './time.ts';

/** The containers of one engine: as they are, and as its list shows them, which lags. */
export interface Engine {
  /** That of the owner, too. */
  readonly id: string;
  /** Of its host; a clone has another one. */
  readonly name: string;
  readonly kind: EngineKind;
  readonly boxes: readonly Box[];
  /** When the list last showed anything new. */
  readonly changedAt: number;
  /** Whether the list has yet to show something. */
  readonly isLagging: boolean;
  run(spec: Spec): void;
  /** Does something to the container; nothing where that makes no sense. */
  act(deed: Deed, box: Box, storm: boolean): void;
  /** Every container dies at once and the list is truthful; what dies with an engine tells nothing. */
  haltAll(): void;
  /** Starts what `haltAll` ended, in another order, so that addresses are given away anew. */
  resumeAll(): void;
  list(health: readonly string[] | null): string;
  inspect(id: string): Record<string, unknown> | 'gone';
}

interface EngineOptions {
  readonly id: string;
  readonly name: string;
  readonly kind: EngineKind;
  readonly time: Time;
  readonly random: Random;
  /** For how long a controller counts a signal. */
  readonly stoppingMs: number;
  readonly emit: Emit;
}

/** How long a container may have been created when it starts. */
const LONGEST_CREATED_MS = 500;

/** However late an event is heard, and a controller asks whether it is of another life. */
const UNSETTLED_MS = 30_000;

export function createEngine(options: EngineOptions): Engine {
  const { id, name, kind, time, random, stoppingMs, emit } = options;
  const boxes: Box[] = [];
  /** The lists by their filter, as long as they show the same. */
  const texts = new Map<string, string>();
  let halted: readonly Box[] = [];
  let changedAt = 0;
  let made = 0;
  let isOff = false;

  const show = (box: Box) => {
    if (box.shown === box.real) return;
    box.shown = box.real;
    box.shownSince = time.now();
    changedAt = time.now();
    texts.clear();
  };
  const turn = (box: Box, real: Face, lagMs: number) => {
    box.real = real;
    if (lagMs === 0) {
      show(box);
      return;
    }
    box.lagging += 1;
    time.after(lagMs, () => {
      box.lagging -= 1;
      // The list falls in with how things are by then.
      show(box);
    });
  };
  const told = (box: Box) => {
    box.signalledAt = time.now();
    box.unsettledUntil = time.now() + stoppingMs + UNSETTLED_MS;
    changedAt = time.now();
    const { signalledAt } = box;
    // From then on it counts as one that lives on.
    time.after(stoppingMs, () => {
      if (box.signalledAt === signalledAt) changedAt = time.now();
    });
  };
  const deeds = createDeeds({
    time,
    random,
    kind,
    emit,
    told,
    turn,
    freeAddress: () => freeAddress(boxes),
  });
  return {
    id,
    name,
    kind,
    boxes,
    get changedAt() {
      return changedAt;
    },
    get isLagging() {
      return boxes.some(({ lagging }) => lagging > 0);
    },
    run(spec) {
      made += 1;
      const createdAt = EPOCH_MS / 1_000 + Math.floor(time.now() / 1_000);
      const boxId = `${made.toString(16).padStart(4, '0')}${name}`.padEnd(64, '0');
      const box: Box = {
        ...{ id: boxId, number: made, createdAt, spec },
        ...{ real: GONE, shown: GONE, shownSince: time.now(), lagging: 0, isRemoved: false },
        ...{ life: 0, startedAt: 0, signalledAt: null, orderedAt: 0, unsettledUntil: 0 },
      };
      boxes.push(box);
      emit('create', box.id);
      const startAfterMs = random.percent(50) ? 0 : random.int(LONGEST_CREATED_MS);
      time.after(startAfterMs, () => {
        if (isOff || box.isRemoved || box.real !== GONE) return;
        deeds.start(box);
      });
    },
    act: deeds.act,
    haltAll() {
      isOff = true;
      halted = boxes.filter(isUp);
      for (const box of halted) turn(box, GONE, 0);
    },
    resumeAll() {
      isOff = false;
      for (const box of [...halted].reverse()) if (!box.isRemoved) deeds.start(box);
      halted = [];
    },
    list(health) {
      const filter = health === null ? '' : health.join();
      const known = texts.get(filter);
      if (known !== undefined) return known;
      const lines = boxes
        .filter(({ shown }) => shown.state !== 'exited')
        .filter(({ shown }) => health === null || health.includes(shown.health))
        .map((box) => lineOf(box, kind.tellsHealth));
      const text = JSON.stringify(lines);
      texts.set(filter, text);
      return text;
    },
    inspect(boxId) {
      const box = boxes.find((one) => one.id === boxId);
      if (box === undefined || (box.isRemoved && box.lagging === 0)) return 'gone';
      return inspectionOf(box);
    },
  };
}

/** The lowest that nobody has: an address that a container left is another's within a moment. */
function freeAddress(boxes: readonly Box[]): string {
  const taken = new Set(boxes.map(({ real }) => real.address));
  for (let host = 2; ; host++) {
    const address = `172.17.0.${host}`;
    if (!taken.has(address)) return address;
  }
}

/** Whether the list has shown the container as routable, unchanged and not called off, since before that moment. */
export function isSteady(box: Box, since: number): boolean {
  const isSettled = Math.max(box.orderedAt, box.unsettledUntil) < since;
  return isSettled && isRoutable(box.shown) && box.real === box.shown && box.shownSince < since;
}
