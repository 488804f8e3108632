import type { Random } from '../laws/random.ts';
import { type Box, type BoxHealth, type Face, GONE } from './box.ts';
import type { EngineKind } from './engine-kind.ts';
import type { Time } from './time.ts';

/** What can be done to a container. */
export const DEEDS = [
  ...['die', 'remove', 'restart', 'pause', 'unpause', 'sicken', 'recover', 'loop'],
  ...['stop', 'kill', 'nudge', 'disconnect', 'connect'],
] as const as readonly Deed[];
export type Deed =
  | 'die'
  | 'remove'
  | 'restart'
  | 'pause'
  | 'unpause'
  | 'sicken'
  | 'recover'
  | 'loop'
  | 'stop'
  | 'kill'
  | 'nudge'
  | 'disconnect'
  | 'connect';

/** Tells of what happened, at that moment. */
export type Emit = (
  action: string,
  id: string,
  attributes?: Readonly<Record<string, string>>,
) => void;

/** Does things to containers, and tells of them. */
export interface Deeds {
  start(box: Box): void;
  /** Nothing happens where the deed makes no sense. In a storm an old engine's list lags for seconds. */
  act(deed: Deed, box: Box, storm: boolean): void;
}

interface DeedOptions {
  readonly time: Time;
  readonly random: Random;
  readonly kind: EngineKind;
  readonly emit: Emit;
  /** The container was told to end. */
  readonly told: (box: Box) => void;
  /** The container is so from now on; the list shows it later. */
  readonly turn: (box: Box, real: Face, lagMs: number) => void;
  readonly freeAddress: () => string;
}

const SIGKILL = 9;
const SIGTERM = 15;
/** One that ends nothing here. */
const SIGWINCH = 28;
/** Of those that are told to stop, so many per cent live on. */
const DEAF = 30;
const LONGEST_STOP_MS = 4_000;
const LONGEST_KILL_MS = 300;

export function createDeeds(options: DeedOptions): Deeds {
  const { time, random, kind, emit, told, turn, freeAddress } = options;
  const start = (box: Box) => {
    const health = box.spec.hasHealthcheck ? 'starting' : 'none';
    box.life += 1;
    box.startedAt = time.now();
    box.signalledAt = null;
    turn(box, { state: 'running', health, address: freeAddress() }, 0);
    emit('connect', box.id);
    emit('start', box.id);
    if (!box.spec.hasHealthcheck) return;
    const { real } = box;
    time.after(500 + random.int(3_000), () => {
      if (box.real !== real) return;
      turn(box, { ...real, health: random.percent(80) ? 'healthy' : 'unhealthy' }, 0);
      emit(`health_status: ${box.real.health}`, box.id);
    });
  };
  const end = (box: Box, storm: boolean, to: Face = GONE) => {
    const longest = kind.deathLagMs[storm ? 1 : 0];
    if (longest === 0) {
      emit('disconnect', box.id);
      turn(box, to, 0);
      emit('die', box.id);
      return;
    }
    turn(box, to, 1 + random.int(longest));
    emit('die', box.id);
    emit('disconnect', box.id);
  };
  const signal = (box: Box, number: number) => {
    emit('kill', box.id, { signal: String(number) });
    if (number !== SIGWINCH) told(box);
  };
  const endIn = (box: Box, delayMs: number) => {
    const { life } = box;
    time.after(delayMs, () => {
      if (box.life === life && isUp(box)) end(box, false);
    });
  };
  const soon = (box: Box, change: Partial<Face>, action: string) => {
    turn(box, { ...box.real, ...change }, 1 + random.int(kind.lagMs));
    emit(action, box.id);
  };
  const setHealth = (box: Box, health: BoxHealth) => {
    if (!box.spec.hasHealthcheck || box.real.state !== 'running') return;
    turn(box, { ...box.real, health }, 0);
    emit(`health_status: ${health}`, box.id);
  };
  const deeds: Readonly<Record<Deed, (box: Box, storm: boolean) => void>> = {
    die: (box, storm) => isUp(box) && end(box, storm),
    remove: (box, storm) => {
      if (box.real.state !== 'exited') end(box, storm);
      box.isRemoved = true;
      emit('destroy', box.id);
    },
    restart: (box) => {
      if (box.isRemoved) return;
      if (isUp(box)) end(box, false);
      start(box);
    },
    pause: (box) => box.real.state === 'running' && soon(box, { state: 'paused' }, 'pause'),
    unpause: (box) => box.real.state === 'paused' && soon(box, { state: 'running' }, 'unpause'),
    sicken: (box) => setHealth(box, 'unhealthy'),
    recover: (box) => setHealth(box, 'healthy'),
    stop: (box) => {
      if (!isUp(box)) return;
      signal(box, SIGTERM);
      if (!random.percent(DEAF)) endIn(box, random.int(LONGEST_STOP_MS));
    },
    kill: (box) => {
      if (!isUp(box)) return;
      signal(box, SIGKILL);
      endIn(box, random.int(LONGEST_KILL_MS));
    },
    nudge: (box) => isUp(box) && signal(box, SIGWINCH),
    // It runs on, without an address or with another one.
    disconnect: (box) =>
      isUp(box) && box.real.address !== '' && soon(box, { address: '' }, 'disconnect'),
    connect: (box) =>
      isUp(box) && box.real.address === '' && soon(box, { address: freeAddress() }, 'connect'),
    loop: (box) => {
      if (isUp(box)) end(box, false, { ...GONE, state: 'restarting' });
    },
  };
  return { start, act: (deed, box, storm) => deeds[deed](box, storm) };
}

/** Whether there is something to be ended. */
export function isUp({ real }: Box): boolean {
  return real.state === 'running' || real.state === 'paused';
}
