import type { Random } from '../laws/random.ts';
import { type Box, type BoxHealth, type Face, GONE } from './box.ts';
import type { EngineKind } from './engine-kind.ts';
import type { Time } from './time.ts';

/** What can be done to a container. */
export const DEEDS = [
  ...['die', 'remove', 'restart', 'pause', 'unpause', 'sicken', 'recover', 'loop'],
] as const as readonly Deed[];
export type Deed =
  | 'die'
  | 'remove'
  | 'restart'
  | 'pause'
  | 'unpause'
  | 'sicken'
  | 'recover'
  | 'loop';

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
  readonly emit: (action: string, id: string) => void;
  /** The container is so from now on; the list shows it later. */
  readonly turn: (box: Box, real: Face, lagMs: number) => void;
  readonly freeAddress: () => string;
}

export function createDeeds(options: DeedOptions): Deeds {
  const { time, random, kind, emit, turn, freeAddress } = options;
  const start = (box: Box) => {
    const health = box.spec.hasHealthcheck ? 'starting' : 'none';
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
