import type { Random } from '../laws/random.ts';
import { type Faults, type Spoil, type Strike, spoil, type Target } from './door-faults.ts';
import type { Process, Time } from './time.ts';

/** Takes requests to an engine there and back. */
export interface Requests {
  /**
   * One request: on its way, served at one moment, and back.
   *
   * @param serve makes the right reply; told what happens to it
   */
  ask<T>(asked: Asked, serve: (strike: Strike | null) => T): Promise<T | Spoil>;
  /** Does it now, or when the engine is no longer frozen. */
  whenThawed(work: () => void): void;
  freeze(frozen: boolean): void;
  /** Ends all that is under way, and refuses what comes. */
  shut(shut: boolean): void;
}

/** Who asks, and for what. */
export interface Asked {
  readonly process: Process;
  readonly target: Target;
}

/** What the way is made of. */
export interface RequestOptions {
  readonly time: Time;
  readonly random: Random;
  /** What happens to this request; null: nothing. */
  readonly strike: Faults['strike'];
  /** Called at what a crash may fall between: before each request. */
  readonly onStep: (process: Process) => void;
}

interface Pending {
  readonly process: Process;
  readonly resolve: (reply: Spoil) => void;
  readonly reject: (error: Error) => void;
}

export function createRequests({ time, random, strike, onStep }: RequestOptions): Requests {
  let pending = new Set<Pending>();
  let waiting: (() => void)[] = [];
  let isFrozen = false;
  let isShut = false;

  const fail = (one: Pending, error: Error) => {
    pending.delete(one);
    time.after(0.5, () => one.reject(error), one.process);
  };
  const reply = (one: Pending, served: Spoil, backMs: number) => {
    time.after(backMs, () => pending.delete(one) && one.resolve(served), one.process);
  };
  const answer = <T>(one: Pending, target: Target, serve: (struck: Strike | null) => T) => {
    if (isShut) return;
    const struck = strike(target);
    switch (struck) {
      case 'hang':
        return;
      case 'cut':
        fail(one, new Error('socket hang up'));
        return;
      case 'status':
        fail(one, Object.assign(new Error('server error'), { statusCode: 500 }));
        return;
      case 'slow':
        reply(one, serve(struck), 1_000 + random.int(11_000));
        return;
      default: {
        const right = serve(struck);
        const served = struck === null ? right : spoil(struck, right);
        reply(one, served, 0.2 + random.int(30) / 10);
      }
    }
  };
  const whenThawed = (work: () => void) => {
    if (isFrozen) waiting.push(work);
    else work();
  };
  return {
    ask: ({ process, target }, serve) =>
      new Promise((resolve, reject) => {
        onStep(process);
        // What a dead process asks for reaches nobody.
        if (!process.alive) return;
        const one: Pending = { process, resolve, reject };
        if (isShut) {
          fail(one, new Error('connect ECONNREFUSED'));
          return;
        }
        pending.add(one);
        time.after(0.1 + random.int(20) / 10, () => whenThawed(() => answer(one, target, serve)));
      }),
    whenThawed,
    freeze(frozen) {
      isFrozen = frozen;
      if (frozen) return;
      const thawed = waiting;
      waiting = [];
      for (const work of thawed) work();
    },
    shut(shut) {
      isShut = shut;
      isFrozen = false;
      if (!shut) return;
      const failed = pending;
      pending = new Set();
      waiting = [];
      for (const one of failed) fail(one, new Error('read ECONNRESET'));
    },
  };
}
