import { publishBoot } from '../apply/boot.ts';
import { releaseDrains } from '../apply/drains.ts';
import { publishTexts } from '../apply/texts.ts';
import type { Boot } from '../clients/boot.ts';
import type { RedisConnection } from '../clients/redis.ts';
import { monotonic } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Desired } from '../desire/desire.ts';
import type { WorkloadVerdict } from '../model/frontend.ts';
import { type Owner, type ShortId, shortId } from '../model/ids.ts';
import { type Keys, keysWithPrefix } from '../model/keys.ts';
import { readHash } from '../observe/frontends/hash.ts';
import type { Pass } from '../reconcile.ts';
import type { Wiring } from './clients.ts';
import { createEndedDrains, type EndedDrains } from './ended-drains.ts';
import { createSeatKeeper, type OnWithdrawn, type SeatKeeper } from './seats.ts';

/** Keeps right what an owner has in Redis besides its routes; see `createUpkeep`. */
export interface Upkeep {
  /** @throws ObserveError | ApplyError if Redis failed; the next time does what was left */
  after(pass: Pass): Promise<void>;
  /** What was published may be there no more: look before the next time. */
  doubt(): void;
}

/** Whether anything follows a pass: who was not looked for is not gone, and a newer pass sees to what one that it overtook saw. */
export function saysWhatIsThere({
  result,
  hasLooked,
}: Pick<Pass, 'result' | 'hasLooked'>): boolean {
  return result !== 'fenced' && hasLooked;
}

/** That of the owner of an engine's routes. */
export function upkeepOf(
  { redis, tasks, boot, lives }: Pick<Wiring, 'redis' | 'tasks' | 'boot' | 'lives'>,
  { redis: { keyPrefix }, swarm, networks, holdMs, policy }: Config,
  onWithdrawn: OnWithdrawn,
): Upkeep {
  const keys = keysWithPrefix(keyPrefix);
  return createUpkeep(redis, keys, {
    seats: swarm ? createSeatKeeper({ redis, keys, tasks, networks, holdMs, onWithdrawn }) : null,
    boot,
    endedDrains: createEndedDrains({ boot, beganAt: lives.beganAt, now: monotonic }),
    keepsLast: policy === 'upsert-only',
  });
}

/** What there is beside drains and names. */
interface UpkeepOptions {
  /** Those of a node of a swarm; null: it is none. */
  readonly seats: SeatKeeper | null;
  /** Of this host; null: not known. */
  readonly boot: Boot | null;
  readonly endedDrains: EndedDrains;
  /** The policy holds nothing: of whom nothing is known its last backends stay as they were written. */
  readonly keepsLast: boolean;
}

/**
 * Takes out the drains of containers that have ended, publishes the names of those that ask for routes, so that other
 * hosts can drain them by name, and the boot in which routes were written. It costs nothing while none of it changes.
 */
function createUpkeep(redis: RedisConnection, keys: Keys, options: UpkeepOptions): Upkeep {
  const { seats, endedDrains } = options;
  let published: ReadonlyMap<string, string> = new Map();
  /** What those names were made of: the identical list while nothing of it changes. */
  let told: Desired['verdicts'] | null = null;
  let isCertain = false;
  const tellNames = async (owner: Owner, verdicts: Desired['verdicts']) => {
    if (isCertain && told === verdicts) return;
    const names = namesOf(verdicts);
    const wasCertain = isCertain;
    isCertain = true;
    try {
      const before = wasCertain ? published : await readHash(redis, keys.names(owner));
      await publishTexts(redis, keys.names(owner), names, before);
      published = names;
      told = verdicts;
    } catch (error) {
      isCertain = false;
      throw error;
    }
  };
  return {
    async after(pass) {
      if (!saysWhatIsThere(pass)) return;
      const { owner } = pass.plan;
      const { workloads, desired } = pass;
      const { verdicts } = desired;
      const ended = endedDrains(pass);
      await allOf([
        async () => {
          if (ended.length > 0) await releaseDrains(redis, keys, owner, ended);
        },
        () => tellBoot(redis, keys, options, pass),
        // Before names, as another node may route an older one of the same service until then.
        async () => seats?.after({ owner, workloads, verdicts }),
        () => tellNames(owner, verdicts),
      ]);
    },
    doubt() {
      isCertain = false;
    },
  };
}

/** One after the other, also where one fails: what Redis refuses of one keeps no other undone. Fails as the first did. */
async function allOf(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const task of tasks) await task().catch((error: unknown) => void errors.push(error));
  if (errors.length > 0) throw errors[0];
}

/**
 * What was put off is still as it was written. A container that could not be looked at keeps nobody waiting: nothing
 * is routed in its name that its line does not tell now (see `keepOf`), but where the policy holds nothing.
 */
async function tellBoot(
  redis: RedisConnection,
  keys: Keys,
  { boot, keepsLast }: Pick<UpkeepOptions, 'boot' | 'keepsLast'>,
  { plan, opening, result, workloads }: Pass,
): Promise<void> {
  const { owner, epoch } = plan;
  const id = boot?.id ?? null;
  const isTold = opening.writtenIn === id && !opening.isAsked;
  if (isTold || epoch === null || result === 'refused') return;
  if (keepsLast && workloads.some(({ kind }) => kind !== 'known')) return;
  await publishBoot(redis, keys, { owner, epoch }, id);
}

function namesOf(verdicts: readonly WorkloadVerdict[]): ReadonlyMap<ShortId, string> {
  const asking = verdicts.filter(({ verdict }) => verdict !== 'silent');
  return new Map(asking.map(({ id, name }) => [shortId(id), name]));
}
