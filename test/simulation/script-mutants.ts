import { applyToModel, type ModelApply } from '../laws/model.ts';
import { copyOf, type World, WRONG } from '../laws/world.ts';
import type { MakeMutant } from './mutant.ts';
import { UNCHANGED } from './mutant.ts';
import type { Script, Tear } from './redis-apply.ts';

/** Deliberate faults of the script that writes. */
export const SCRIPT_MUTANTS: readonly MakeMutant[] = [
  mutant('nothing is claimed', (world, input) => {
    const claims = structuredClone(world.claims);
    const result = applyToModel(world, input);
    restore(world.claims, claims);
    return result;
  }),
  mutant('the list is written as a whole', (world, input) => {
    const result = applyToModel(world, input);
    if (result.kind === 'fenced') return result;
    for (const { vhost, backends } of input.writes) {
      const list = world.lists.get(vhost);
      if (list === undefined || list === WRONG) continue;
      const urls = backends.flatMap(({ url, ids }) => ids.map(() => url));
      world.lists.set(vhost, [...list.slice(0, 1), ...urls]);
    }
    return result;
  }),
  mutant('marks do not move', (world, input) => {
    const dead = structuredClone(world.dead);
    const result = applyToModel(world, input);
    restore(world.dead, dead);
    return result;
  }),
  mutant('marks last longer with every move', (world, input) => {
    const dead = structuredClone(world.dead);
    const result = applyToModel(world, input);
    for (const [host, marks] of world.dead) {
      const hasChanged = JSON.stringify(marks) !== JSON.stringify(dead.get(host));
      if (marks !== WRONG && hasChanged) {
        world.dead.set(host, { ...marks, expiresAt: input.now + 30_000 });
      }
    }
    return result;
  }),
  mutant('the epoch is not looked at', (world, input) =>
    applyToModel(world, { ...input, epoch: world.scores.get(input.owner) ?? input.epoch }),
  ),
  mutant("others' claims do not count", (world, input) => {
    const others = [...world.claims].filter(([owner]) => owner !== input.owner);
    for (const [owner] of others) world.claims.delete(owner);
    const result = applyToModel(world, input);
    for (const [owner, fields] of others) world.claims.set(owner, fields);
    return result;
  }),
  mutant('every copy of a URL that goes is taken', (world, input) => {
    const before = copyOf(world);
    const result = applyToModel(world, input);
    if (result.kind !== 'fenced') {
      for (const { vhost } of input.writes) takeAll(before, world, vhost, input);
    }
    return result;
  }),
  () => ({ ...UNCHANGED(), name: 'claims go before the list', tear: tearBackwards }),
];

function mutant(name: string, script: Script): MakeMutant {
  return () => ({ ...UNCHANGED(), name, script });
}

function restore<V>(map: Map<string, V>, to: ReadonlyMap<string, V>): void {
  map.clear();
  for (const [key, value] of to) map.set(key, value);
}

function takeAll(before: World, world: World, vhost: string, { writes }: ModelApply): void {
  const [was, is] = [before.lists.get(vhost), world.lists.get(vhost)];
  if (was === undefined || is === undefined || was === WRONG || is === WRONG) return;
  const wanted = new Set<string>(
    writes
      .filter((one) => one.vhost === vhost)
      .flatMap(({ backends }) => backends.map(({ url }) => url)),
  );
  const copies = (list: readonly string[], url: string) => list.filter((one) => one === url).length;
  const gone = new Set(was.slice(1).filter((url) => copies(is, url) < copies(was, url)));
  world.lists.set(
    vhost,
    is.filter((url, index) => index === 0 || wanted.has(url) || !gone.has(url)),
  );
}

/** Claims as they will be, and nothing else yet. */
const tearBackwards: Tear = (world, after, { owner }) => {
  const fields = after.claims.get(owner);
  if (fields === undefined) world.claims.delete(owner);
  else world.claims.set(owner, fields);
};
