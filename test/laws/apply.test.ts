import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Applier, createApplier } from '../../src/apply/apply.ts';
import { connectRedis, type RedisConnection } from '../../src/clients/redis.ts';
import type { Epoch, Owner } from '../../src/model/ids.ts';
import { keysWithPrefix } from '../../src/model/keys.ts';
import type { Change, FrontendWrite } from '../../src/model/plan.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { AFRESH, disturb, OWNERS, randomWrites } from './disturb.ts';
import { canonical, DUMP_SCRIPT, parseDump } from './dump.ts';
import { violations } from './invariants.ts';
import {
  applyToModel,
  type ModelApply,
  type ModelResult,
  NOW,
  type World,
  WRONG,
} from './model.ts';
import { type Random, randomFrom } from './random.ts';

const STEPS = Number(process.env.AUTODOCK_LAW_STEPS ?? 20_000);
const SEED = Number(process.env.AUTODOCK_LAW_SEED ?? Date.now() % 1_000_000);
const STEPS_PER_WORLD = 50;
const HOLDS_MS = [0, 36_000_000];
const KEYS = keysWithPrefix('');

let part: RedisPart;
let redis: RedisConnection;
let appliers: ReadonlyMap<string, Applier>;

beforeAll(async () => {
  part = await startRedis();
  part.client.defineCommand('dump_all', { lua: DUMP_SCRIPT, numberOfKeys: 0 });
  redis = connectRedis({ url: part.url, keyPrefix: '', timeoutMs: 5_000 }, 'law');
  appliers = new Map(
    OWNERS.flatMap((owner) =>
      HOLDS_MS.map((holdMs) => [
        `${owner} ${holdMs}`,
        createApplier(redis, { owner, keys: KEYS, holdMs }),
      ]),
    ),
  );
});

afterAll(async () => {
  redis.close();
  await part.stop();
});

test(`the script does what the model does, ${STEPS} random steps from seed ${SEED}`, {
  timeout: 60_000 + STEPS * 20,
}, async () => {
  const random = randomFrom(SEED);
  for (let step = 0; step < STEPS; step++) {
    const afresh = step % STEPS_PER_WORLD === 0 ? AFRESH : [];
    const before = await change([...afresh, ...disturb(random)]);
    const input = randomInput(random, before);
    await check(`seed ${SEED}, step ${step}`, before, input);
  }
});

/** One apply by the script and by the model; all that can be said about it. */
async function check(where: string, before: World, input: ModelApply): Promise<void> {
  const model = structuredClone(before);
  const expected = applyToModel(model, input);
  const result = await applyForReal(input);
  const after = await change([]);
  settleTime(model, after, input);
  const actual = { result, breaches: violations(before, after, input), world: canonical(after) };
  const due = { result: expected, breaches: [], world: canonical(model) };
  compare(actual, due, () => `${where}: ${JSON.stringify(input)}\non ${canonical(before)}`);
  if (result.kind === 'fenced') return;
  const again = { result: await applyForReal(input), world: canonical(await change([])) };
  const atRest = { ...result, kinds: result.kinds.map(kindAtRest), marksMoved: 0 };
  compare(again, { result: atRest, world: actual.world }, () => `${where}, once more`);
}

/** Tens of thousands of times: the text of a failure is made only for one. */
function compare(actual: unknown, due: unknown, where: () => string): void {
  if (JSON.stringify(actual) !== JSON.stringify(due)) expect(actual, where()).toEqual(due);
}

function kindAtRest(kind: ModelResultKind): ModelResultKind {
  return kind === 'fault' ? kind : 'none';
}

type ModelResultKind = Extract<ModelResult, { kind: 'applied' }>['kinds'][number];

function randomInput(random: Random, world: World): ModelApply {
  const owner = random.pick(OWNERS);
  const score = world.scores.get(owner);
  const epoch = score === undefined || random.percent(3) ? '1600000000000' : score;
  const holdMs = random.pick(HOLDS_MS);
  return { owner, epoch, holdMs, now: Date.now(), writes: randomWrites(random) };
}

async function applyForReal({ owner, epoch, holdMs, writes }: ModelApply): Promise<ModelResult> {
  const changes = writes.map(changeOf);
  const plan = { owner, changes, epoch: epoch as Epoch, faults: [], foreign: [], unknown: [] };
  const result = await applierOf(owner, holdMs).apply(plan);
  if (result.kind === 'fenced') return { kind: 'fenced' };
  const { kind, marksMoved, results } = result;
  // In the order of the model's members, so that equal results are equal texts.
  return { kind, kinds: results.map((vhost) => vhost.kind), marksMoved };
}

function applierOf(owner: Owner, holdMs: number): Applier {
  const applier = appliers.get(`${owner} ${holdMs}`);
  if (applier === undefined) throw new Error('no such applier');
  return applier;
}

/** The script looks at the write alone; the rest of a change is for people. */
function changeOf(write: FrontendWrite): Change {
  const claimBefore = { backends: new Map(), heldSince: null };
  return { kind: 'update', vhost: write.vhost, before: null, after: null, claimBefore, write };
}

/** Changes Redis as told and reads all of it. A command that Redis refuses changes nothing. */
async function change(commands: readonly (readonly unknown[])[]): Promise<World> {
  const pipeline = part.client.pipeline([...commands.map((command) => [...command]), ['dump_all']]);
  const replies = (await pipeline.exec()) ?? [];
  return parseDump(String(replies.at(-1)?.[1]));
}

/** Where the model says "now", the script has written its clock: a moment of this test. */
function settleTime(model: World, after: World, { owner, now }: ModelApply): void {
  const fields = model.claims.get(owner);
  const actual = after.claims.get(owner);
  if (fields === undefined || fields === WRONG || actual === undefined || actual === WRONG) return;
  for (const [vhost, text] of fields) {
    const written = actual.get(vhost) ?? '';
    const heldSince = Number(/^\{"held":(\d{13})\}$/.exec(written)?.[1]);
    if (text === NOW && Math.abs(heldSince - now) < 60_000) fields.set(vhost, written);
  }
}
