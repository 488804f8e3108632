import { type Applier, createApplier } from '../../src/apply/apply.ts';
import { createEditor } from '../../src/apply/edit.ts';
import { createReaper, type Reaper } from '../../src/apply/reap.ts';
import type { EditResult } from '../../src/apply/reply.ts';
import { connectRedis, type RedisCommand } from '../../src/clients/redis.ts';
import type { Epoch, Owner } from '../../src/model/ids.ts';
import { keysWithPrefix } from '../../src/model/keys.ts';
import type { Change, FrontendEdit, FrontendWrite } from '../../src/model/plan.ts';
import type { RedisReaderOptions } from '../../src/observe/frontends/opening.ts';
import { readClock } from '../../src/observe/frontends/owners.ts';
import { createRedisReader, type RedisReader } from '../../src/observe/frontends/redis.ts';
import { startRedis } from '../parts/redis.ts';
import { NONCE, OWNERS } from './disturb.ts';
import { DUMP_SCRIPT, parseDump } from './dump.ts';
import type { ModelApply, ModelResult } from './model.ts';
import type { World } from './world.ts';

/** No hold at all, and one that outlasts every test. */
export const HOLDS_MS = [0, 36_000_000];

/** A real Redis, and the real ways of writing to it and of reading it. */
export interface Real {
  /** Changes Redis as told and reads all of it. A command that Redis refuses changes nothing. */
  change(commands: readonly RedisCommand[]): Promise<World>;
  /** @throws ApplyError as the applier does */
  apply(input: ModelApply): Promise<ModelResult>;
  edit(edit: FrontendEdit): Promise<EditResult>;
  reaper(owner: Owner): Reaper;
  reader(options: Omit<RedisReaderOptions, 'keys'>): RedisReader;
  /** What an owner publishes of itself; null: nothing. */
  record(owner: Owner): Promise<string | null>;
  /** The run of this Redis. */
  run(): Promise<string>;
  stop(): Promise<void>;
}

export async function startReal(): Promise<Real> {
  const part = await startRedis();
  part.client.defineCommand('dump_all', { lua: DUMP_SCRIPT, numberOfKeys: 0 });
  const redis = connectRedis({ url: part.url, keyPrefix: '', timeoutMs: 30_000, tls: null }, 'law');
  const keys = keysWithPrefix('');
  const appliers = new Map(
    OWNERS.flatMap((owner) =>
      HOLDS_MS.map((holdMs) => [
        `${owner} ${holdMs}`,
        createApplier(redis, { owner, keys, holdMs }),
      ]),
    ),
  );
  return {
    async change(commands) {
      const pipeline = part.client.pipeline([...commands.map((words) => [...words]), ['dump_all']]);
      const replies = (await pipeline.exec()) ?? [];
      return parseDump(String(replies.at(-1)?.[1]));
    },
    apply: (input) => apply(applierOf(appliers, input.owner, input.holdMs), input),
    edit: createEditor(redis, keys).edit,
    reaper: (owner) => createReaper(redis, { owner, keys, patienceMs: 90_000 }),
    reader: (options) => createRedisReader(redis, { keys, ...options }),
    record: (owner) => part.client.get(keys.engine(owner)),
    run: async () => (await readClock(redis)).run,
    async stop() {
      redis.close();
      await part.stop();
    },
  };
}

async function apply(applier: Applier, input: ModelApply): Promise<ModelResult> {
  const changes = input.writes.map(changeOf);
  const epoch = `${input.epoch}/${NONCE}` as Epoch;
  const { owner } = input;
  const result = await applier.apply({
    owner,
    epoch,
    changes,
    faults: [],
    foreign: [],
    unknown: [],
  });
  if (result.kind === 'fenced') return { kind: 'fenced' };
  const { kind, marksMoved, results } = result;
  // In the order of the model's members, so that equal results are equal texts.
  return { kind, kinds: results.map((vhost) => vhost.kind), marksMoved };
}

function applierOf(appliers: ReadonlyMap<string, Applier>, owner: Owner, holdMs: number): Applier {
  const applier = appliers.get(`${owner} ${holdMs}`);
  if (applier === undefined) throw new Error('no such applier');
  return applier;
}

/** The script looks at the write alone; the rest of a change is for people. */
function changeOf(write: FrontendWrite): Change {
  const claimBefore = { backends: new Map(), heldSince: null };
  return { kind: 'update', vhost: write.vhost, before: null, after: null, claimBefore, write };
}
