import type { AppliedVhost } from '../apply/reply.ts';
import { changeSeats } from '../apply/seats.ts';
import type { RedisConnection } from '../clients/redis.ts';
import type { Desired } from '../desire/desire.ts';
import type { ContainerLine } from '../model/container.ts';
import { type Owner, shortId } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { type Holder, holds, parseHolder, type Seat, seatsOf } from '../model/seat.ts';
import type { Workload } from '../model/workload.ts';
import { readHash } from '../observe/frontends/hash.ts';
import type { Tasks } from '../observe/swarm/tasks.ts';
import type { Pass } from '../reconcile.ts';
import { withdrawOvertaken } from './overtaken.ts';

/** Keeps right in Redis which containers of a node have a seat; see `createSeatKeeper`. */
export interface SeatKeeper {
  /**
   * Enters what the pass has routed, takes out what is gone, and withdraws what was overtaken of other owners.
   *
   * @throws ObserveError | ApplyError if that failed; the next time does what was left
   */
  after(pass: SeatedPass): Promise<void>;
}

/** What a pass came to. */
export interface SeatedPass extends Pick<Pass, 'workloads'> {
  readonly owner: Owner;
  readonly verdicts: Desired['verdicts'];
}

/** What the keeper works on. */
export interface SeatKeeperOptions {
  readonly redis: RedisConnection;
  readonly keys: Keys;
  readonly tasks: Tasks;
  /** The overlays that the front is on. */
  readonly networks: readonly string[];
  /** For how long a vhost is held that lost its last backend. */
  readonly holdMs: number;
  /** Told what was withdrawn of other owners, whose log does not tell it. */
  readonly onWithdrawn: OnWithdrawn;
}

/** Called with the vhosts in which backends of other owners were taken out. */
export type OnWithdrawn = (vhosts: readonly string[]) => void;

/** A container that sits, or is to sit, somewhere. */
interface Sitting {
  readonly seat: Seat;
  readonly self: Holder;
  readonly mayEnter: boolean;
}

/**
 * A container has a slot from when it is routed on: until then the older one has the requests. An address it has as
 * long as it runs.
 */
export function createSeatKeeper(options: SeatKeeperOptions): SeatKeeper {
  const { redis, keys, tasks, networks, holdMs, onWithdrawn } = options;
  let seated: readonly Sitting[] = [];
  /** Of other owners, and not withdrawn yet. */
  let overtaken: readonly Holder[] = [];
  const hasSeat = ({ seat, self }: Sitting) => {
    const holder = tasks.holderOf(seat);
    return holder !== null && holds(holder, self);
  };
  const isFree = ({ seat, self }: Sitting) => {
    const holder = tasks.holderOf(seat);
    return holder === null || holder.at < self.at;
  };
  return {
    async after({ owner, workloads, verdicts }) {
      const routed = new Set(
        verdicts.flatMap(({ id, routes }) => (routes.length > 0 ? [shortId(id)] : [])),
      );
      const present = new Set(workloads.map(({ id }) => shortId(id)));
      const all = workloads.filter(isContainer).flatMap((line) => {
        const self = tasks.asHolder(line, owner);
        const mayEnter = (seat: Seat) =>
          seat.kind === 'address' ? line.state === 'running' : routed.has(self.id);
        return seatsOf(line, networks).map(
          (seat): Sitting => ({
            ...{ seat, self, mayEnter: mayEnter(seat) },
          }),
        );
      });
      const has = all.filter(hasSeat);
      const next = all.filter((one) => one.mayEnter && !hasSeat(one) && isFree(one));
      const gone = seated.filter(({ self }) => !present.has(self.id));
      const enter = next.map(({ seat, self }) => ({ seat, holder: self }));
      const leave = gone.map(({ seat, self }) => ({ field: seat.field, id: self.id }));
      const more = await changeSeats(redis, keys, owner, { enter, leave });
      seated = [...has, ...next];
      overtaken = [...overtaken, ...more];
      if (overtaken.length === 0) return;
      const withdrawn = changedIn(await withdrawOvertaken(redis, keys, overtaken, holdMs));
      overtaken = [];
      if (withdrawn.length > 0) onWithdrawn(withdrawn);
    },
  };
}

/**
 * Takes all containers of an owner out of their seats, as it leaves.
 *
 * @throws ObserveError | ApplyError if that failed; some of it may be done
 */
export async function leaveSeats(redis: RedisConnection, keys: Keys, owner: Owner): Promise<void> {
  const leave = [...(await readHash(redis, keys.seats))].flatMap(([field, text]) => {
    const holder = parseHolder(text);
    return holder?.owner === owner ? [{ field, id: holder.id }] : [];
  });
  await changeSeats(redis, keys, owner, { enter: [], leave });
}

function changedIn(results: readonly AppliedVhost[]): readonly string[] {
  const changed = results.filter(({ kind }) => kind !== 'none' && kind !== 'fault');
  return changed.map(({ vhost }) => vhost);
}

function isContainer(workload: Workload): workload is Extract<Workload, ContainerLine> {
  return workload.kind !== 'unreadable' && workload.reach === 'networks';
}
