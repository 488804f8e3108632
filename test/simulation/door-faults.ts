import type { Random } from '../laws/random.ts';
import type { Time } from './time.ts';
import type { Watch } from './watch.ts';

/** What a request asks for. */
export const TARGETS = [
  ...['list', 'health', 'inspect', 'info', 'events', 'last-events', 'ping'],
] as const as readonly Target[];
export type Target = 'list' | 'health' | 'inspect' | 'info' | 'events' | 'last-events' | 'ping';

/** How a request goes wrong; `slow` comes within the deadline or after it. */
export const STRIKES = [
  ...['hang', 'cut', 'status', 'slow', 'empty', 'torn', 'item', 'null', 'shrunk'],
] as const as readonly Strike[];
export type Strike =
  | 'hang'
  | 'cut'
  | 'status'
  | 'slow'
  | 'empty'
  | 'torn'
  | 'item'
  | 'null'
  | 'shrunk';

/** What happens to events on their way. */
export type EventFault = 'lost' | 'late' | 'repeated' | 'reordered';
export const EVENT_FAULTS: readonly EventFault[] = ['lost', 'late', 'repeated', 'reordered'];

/** A reply that is not what the engine said. */
export type Spoil = unknown;

/** What goes wrong at an engine's door, and for how long. */
export interface Faults {
  begin(target: Target, strike: Strike, forMs: number): void;
  beginEvents(fault: EventFault, forMs: number): void;
  /** What happens to this request; null: nothing. */
  strike(target: Target): Strike | null;
  /** When an event arrives, once for each time that it does. */
  delaysOfEvent(): readonly number[];
}

const SOME = 70;

export function createFaults(time: Time, random: Random, watch: Watch): Faults {
  let strikes: readonly { target: Target; strike: Strike; until: number }[] = [];
  let events: readonly { fault: EventFault; until: number }[] = [];
  /** A stream that cannot be opened is missed by what it would tell, and what opens it looks again. */
  const disturb = (target: Target) =>
    watch.disturbed(target === 'events' ? 'for-a-pass' : 'until-resync');
  const isOn = ({ until }: { readonly until: number }) => until > time.now();
  return {
    begin(target, strike, forMs) {
      strikes = [...strikes.filter(isOn), { target, strike, until: time.now() + forMs }];
      disturb(target);
    },
    beginEvents(fault, forMs) {
      events = [...events.filter(isOn), { fault, until: time.now() + forMs }];
      watch.disturbed('until-resync');
    },
    strike(target) {
      const active = strikes.find((one) => one.target === target && isOn(one));
      if (active === undefined) return null;
      // A list that lacks containers is not chance: it lacks them every time.
      if (active.strike !== 'shrunk' && !random.percent(SOME)) return null;
      disturb(target);
      return active.strike;
    },
    delaysOfEvent() {
      const promptly = 0.3 + random.int(20) / 10;
      const active = events.find(isOn);
      if (active === undefined) return [promptly];
      watch.disturbed('until-resync');
      switch (active.fault) {
        case 'lost':
          return random.percent(SOME) ? [] : [promptly];
        case 'late':
          return [1_000 + random.int(15_000)];
        case 'repeated':
          return [promptly, promptly + 1, random.int(5_000)];
        case 'reordered':
          return [random.int(300)];
      }
    },
  };
}

/** What arrives instead of the right reply. */
export function spoil(strike: Exclude<Strike, 'hang' | 'cut' | 'status' | 'slow'>, right: unknown) {
  switch (strike) {
    case 'empty':
      return Buffer.alloc(0);
    case 'null':
      return typeof right === 'string' ? '[null]' : null;
    case 'torn':
      // Half a list that begins and ends like one.
      return typeof right === 'string' ? `${right.slice(0, right.length / 2)}"]` : '{"Id"';
    case 'item':
      return typeof right === 'string' ? right.replaceAll('"State":', '"Stat":') : {};
    case 'shrunk':
      return typeof right === 'string' ? '[]' : right;
  }
}
