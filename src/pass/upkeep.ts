import { publishBoot } from '../apply/boot.ts';
import { releaseDrains } from '../apply/drains.ts';
import { publishTexts } from '../apply/texts.ts';
import type { Boot } from '../clients/boot.ts';
import type { RedisConnection } from '../clients/redis.ts';
import type { Config } from '../config/config.ts';
import type { Desired } from '../desire/desire.ts';
import type { Drain } from '../model/drain.ts';
import type { WorkloadVerdict } from '../model/frontend.ts';
import { type Owner, type ShortId, shortId } from '../model/ids.ts';
import { type Keys, keysWithPrefix } from '../model/keys.ts';
import { readHash } from '../observe/frontends/hash.ts';
import type { Pass } from '../reconcile.ts';
import { isAnotherBoot } from './claims-age.ts';
import type { Wiring } from './clients.ts';
import { createSeatKeeper, type SeatKeeper } from './seats.ts';

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

/** A list of an engine may be late by so much, ms: who was drained since then is not gone because it is not listed. */
const LATE_LIST_MS = 10_000;

/** That of the owner of an engine's routes. */
export function upkeepOf(
  { redis, tasks, boot }: Pick<Wiring, 'redis' | 'tasks' | 'boot'>,
  { redis: { keyPrefix }, swarm, networks, holdMs, policy }: Config,
): Upkeep {
  const keys = keysWithPrefix(keyPrefix);
  return createUpkeep(redis, keys, {
    seats: swarm ? createSeatKeeper({ redis, keys, tasks, networks, holdMs }) : null,
    boot,
    keepsLast: policy === 'upsert-only',
  });
}

/** What there is beside drains and names. */
interface UpkeepOptions {
  /** Those of a node of a swarm; null: it is none. */
  readonly seats: SeatKeeper | null;
  /** Of this host; null: not known. */
  readonly boot: Boot | null;
  /** The policy holds nothing: of whom nothing is known its last backends stay as they were written. */
  readonly keepsLast: boolean;
}

/**
 * Takes out the drains of containers that are gone, publishes the names of those that ask for routes, so that other
 * hosts can drain them by name, and the boot in which routes were written. It costs nothing while none of it changes.
 */
function createUpkeep(redis: RedisConnection, keys: Keys, options: UpkeepOptions): Upkeep {
  const { seats, boot } = options;
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
      const gone = goneDrains(pass, boot);
      await allOf([
        async () => {
          if (gone.length > 0) await releaseDrains(redis, keys, owner, gone);
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

/** Those of containers that are not there, or that began anew with their host: whoever was drained before it has ended. */
function goneDrains(
  { opening, workloads }: Pass,
  boot: Boot | null,
): readonly (readonly [ShortId, Drain])[] {
  if (opening.drains.size === 0) return [];
  const bootedAt = boot !== null && isAnotherBoot(opening, boot) ? opening.now - boot.upMs() : 0;
  const present = new Set(workloads.map(({ id }) => shortId(id)));
  return [...opening.drains].filter(([id, { since }]) => {
    const isOfEarlierBoot = since !== null && since < bootedAt;
    // Of one that is ahead the clock was set back since.
    const isOld = Math.abs(opening.now - (since ?? 0)) >= LATE_LIST_MS;
    return isOfEarlierBoot || (!present.has(id) && isOld);
  });
}

function namesOf(verdicts: readonly WorkloadVerdict[]): ReadonlyMap<ShortId, string> {
  const asking = verdicts.filter(({ verdict }) => verdict !== 'silent');
  return new Map(asking.map(({ id, name }) => [shortId(id), name]));
}
