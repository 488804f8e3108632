import { expect } from 'vitest';
import { OWNERS, randomWrites } from './disturb.ts';
import { canonical } from './dump.ts';
import { breaches } from './invariants.ts';
import { lawTest } from './law-test.ts';
import { applyToModel, type ModelApply, type ModelResult, NOW } from './model.ts';
import type { Random } from './random.ts';
import { HOLDS_MS, type Real } from './real.ts';
import { copyOf, type World, WRONG } from './world.ts';

lawTest('the script does what the model does', 1, ({ real, random, before, where }) =>
  check(real, where, before, randomInput(random, before)),
);

/** One apply by the script and by the model; all that can be said about it. */
async function check(real: Real, where: string, before: World, input: ModelApply): Promise<void> {
  const model = copyOf(before);
  const expected = applyToModel(model, input);
  const result = await real.apply(input);
  const after = await real.change([]);
  settleTime(model, after, input);
  const actual = { result, breaches: breaches(before, after, input), world: canonical(after) };
  const due = { result: expected, breaches: [], world: canonical(model) };
  compare(actual, due, () => `${where}: ${JSON.stringify(input)}\non ${canonical(before)}`);
  if (result.kind === 'fenced') return;
  const again = { result: await real.apply(input), world: canonical(await real.change([])) };
  const atRest = { ...result, kinds: result.kinds.map(kindAtRest), marksMoved: 0 };
  compare(again, { result: atRest, world: actual.world }, () => `${where}, once more`);
}

/** Tens of thousands of times: the text of a failure is made only for one. */
function compare(actual: unknown, due: unknown, where: () => string): void {
  if (JSON.stringify(actual) !== JSON.stringify(due)) expect(actual, where()).toEqual(due);
}

type Kind = Extract<ModelResult, { kind: 'applied' }>['kinds'][number];

function kindAtRest(kind: Kind): Kind {
  return kind === 'fault' ? kind : 'none';
}

function randomInput(random: Random, world: World): ModelApply {
  const owner = random.pick(OWNERS);
  const score = world.scores.get(owner);
  const epoch = score === undefined || random.percent(3) ? '1600000000000' : score;
  const holdMs = random.pick(HOLDS_MS);
  return { owner, epoch, holdMs, now: Date.now(), writes: randomWrites(random) };
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
