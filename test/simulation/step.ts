import type { Spec } from './box.ts';
import type { Deed } from './deeds.ts';
import type { EventFault, Strike, Target } from './door-faults.ts';
import type { Cut } from './host-way.ts';

/** One thing that happens; `forMs`: how long it lasts. */
export type Happening =
  | { readonly kind: 'run'; readonly engine: number; readonly spec: Spec }
  | { readonly kind: 'deed'; readonly engine: number; readonly box: number; readonly deed: Deed }
  | {
      readonly kind: 'drain';
      readonly engine: number;
      readonly box: number;
      readonly how: 'drain' | 'badly' | 'undrain';
    }
  | { readonly kind: 'storm'; readonly engine: number; readonly percent: number }
  | {
      readonly kind: 'strike';
      readonly engine: number;
      readonly target: Target;
      readonly strike: Strike;
      readonly forMs: number;
    }
  | {
      readonly kind: 'events';
      readonly engine: number;
      readonly fault: EventFault;
      readonly forMs: number;
    }
  | { readonly kind: 'engine-freezes'; readonly engine: number; readonly forMs: number }
  | {
      readonly kind: 'engine-restarts';
      readonly engine: number;
      /** Until it answers again. */
      readonly forMs: number;
      readonly truthful: boolean;
      /** Of that time, for how long it is there and silent. */
      readonly restoringMs: number;
    }
  /** Another machine comes up with the ID of this engine, and a container, until it is seen and taken away. */
  | {
      readonly kind: 'machine-is-cloned';
      readonly engine: number;
      readonly spec: Spec;
      readonly forMs: number;
    }
  /** The host of an engine goes, and Redis on it, which keeps its data. */
  | {
      readonly kind: 'power-fails';
      readonly engine: number;
      /** Until the engine answers. */
      readonly forMs: number;
      /** Until Redis does. */
      readonly redisMs: number;
    }
  | { readonly kind: 'stream-ends'; readonly engine: number; readonly forMs: number }
  | { readonly kind: 'redis-freezes'; readonly forMs: number }
  | {
      readonly kind: 'redis-restarts';
      readonly forMs: number;
      readonly how: 'as-saved' | 'empty' | 'as-it-was';
    }
  | { readonly kind: 'redis-is-full'; readonly forMs: number }
  | {
      readonly kind: 'redis-loses';
      readonly loss: 'request' | 'reply';
      readonly ofWrites: boolean;
      readonly batches: number;
    }
  | { readonly kind: 'redis-is-torn'; readonly forMs: number }
  | { readonly kind: 'redis-saves' }
  | { readonly kind: 'flush' }
  | {
      readonly kind: 'foreign';
      readonly host: string;
      readonly url: string;
      readonly how: 'push' | 'insert' | 'remove';
    }
  /** What is claimed for a container is evicted, it dies, and another one gets its address. */
  | {
      readonly kind: 'claims-are-evicted';
      readonly engine: number;
      readonly box: number;
      readonly next: Spec;
    }
  | { readonly kind: 'edit'; readonly host: string; readonly how: 'drop' | 'delete' | 'disown' }
  | {
      readonly kind: 'spoil';
      readonly host: string;
      readonly what: 'list' | 'marks' | 'claim';
      readonly forMs: number;
    }
  | { readonly kind: 'mark'; readonly host: string; readonly slot: number; readonly forMs: number }
  | { readonly kind: 'host-dies'; readonly engine: number; readonly forMs: number }
  | {
      readonly kind: 'host-is-cut-off';
      readonly engine: number;
      readonly how: Cut;
      /** At the next write of its, which is under way then; else at once. */
      readonly atWrite: boolean;
      readonly forMs: number;
    }
  | { readonly kind: 'clock-jumps'; readonly byMs: number }
  | {
      readonly kind: 'version-changes';
      readonly controller: number;
      readonly isOlder: boolean;
      readonly forMs: number;
    }
  | { readonly kind: 'redis-fails-over'; readonly forMs: number }
  | {
      readonly kind: 'crash';
      readonly controller: number;
      readonly steps: number;
      readonly forMs: number;
    };

/** A happening, and when: milliseconds of virtual time. */
export type Step = Happening & { readonly at: number };

/** Who takes part. */
export interface Cast {
  /** The kind of each engine, by its number. */
  readonly engines: readonly number[];
  /** The engine of each controller, by its number. */
  readonly controllers: readonly number[];
  readonly resyncMs: number;
  readonly holdMs: number;
  readonly stoppingMs: number;
  readonly minDeletes: number;
  readonly confirmAfterMs: number;
  readonly leaseMs: number;
  /** For how long the last backends of a lapsed owner stay. */
  readonly reapLastMs: number;
}

/** All that is to happen in one simulation. What is left open (delays) follows from the seed. */
export interface Schedule {
  readonly seed: number;
  /** Hosts die, are cut off, and change their versions. */
  readonly isOfHosts: boolean;
  readonly cast: Cast;
  /** In the order of time. */
  readonly steps: readonly Step[];
}

export const HOSTS = ['a.test', 'b.test', 'c.test', 'd.test', 'e.x.test', '*.x.test', '*'] as const;
/** Requested hosts that only a wildcard answers. */
export const ASKED = [...HOSTS, 'f.x.test', 'other.test'] as const;

/** When the last fault of a schedule is over. */
export function endOf({ steps }: Schedule): number {
  return Math.max(0, ...steps.map((step) => step.at + ('forMs' in step ? step.forMs : 0)));
}

/** A step in words. */
export function describeStep({ kind, at: _, ...rest }: Step): string {
  const told = Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [kind, ...told].join(' ');
}
