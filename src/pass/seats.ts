import { changeSeats } from '../apply/seats.ts';
import type { RedisConnection } from '../clients/redis.ts';
import type { Desired } from '../desire/desire.ts';
import type { ContainerLine } from '../model/container.ts';
import { type Owner, shortId } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { type Holder, holds, type Seat, seatsOf } from '../model/seat.ts';
import type { Workload } from '../model/workload.ts';
import type { Tasks } from '../observe/swarm/tasks.ts';
import type { Pass } from '../reconcile.ts';

/** Keeps right in Redis which containers of a node have a seat; see `createSeatKeeper`. */
export interface SeatKeeper {
  /**
   * Enters what the pass has routed, and takes out what is gone.
   *
   * @returns the containers of other owners that were overtaken
   * @throws ApplyError if that failed; the next time does what was left
   */
  after(pass: SeatedPass): Promise<readonly Holder[]>;
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
}

/** A container that sits, or is to sit, somewhere. */
interface Sitting {
  readonly seat: Seat;
  readonly self: Holder;
}

/** A container has a seat from when it is routed on: until then the older one has the requests. */
export function createSeatKeeper({ redis, keys, tasks, networks }: SeatKeeperOptions): SeatKeeper {
  let seated: readonly Sitting[] = [];
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
        return seatsOf(line, networks).map((seat): Sitting => ({ seat, self }));
      });
      const has = all.filter(hasSeat);
      const next = all.filter((one) => routed.has(one.self.id) && !hasSeat(one) && isFree(one));
      const gone = seated.filter(({ self }) => !present.has(self.id));
      if (next.length + gone.length === 0) {
        seated = has;
        return [];
      }
      const enter = next.map(({ seat, self }) => ({ seat, holder: self }));
      const leave = gone.map(({ seat, self }) => ({ seat, id: self.id }));
      const overtaken = await changeSeats(redis, keys, owner, { enter, leave });
      seated = [...has, ...next];
      return overtaken;
    },
  };
}

function isContainer(workload: Workload): workload is Extract<Workload, ContainerLine> {
  return workload.kind !== 'unreadable' && workload.reach === 'networks';
}
