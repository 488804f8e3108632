import { parseClaim } from '../../src/model/claim-text.ts';
import { breaches } from '../laws/invariants.ts';
import { type Marks, type World, WRONG } from '../laws/world.ts';
import { type Box, hostsOf, shortIdOf, urlOf } from './box.ts';
import { type Breach, broken } from './breach.ts';
import { isSteady } from './engine.ts';
import { entriesOf } from './list-oracle.ts';
import type { Basis } from './recorder.ts';
import { drainedIn } from './redis-orders.ts';
import { EPOCH_MS } from './time.ts';
import type { Universe } from './universe.ts';
import type { Applied } from './watch.ts';

/** What must hold for every single write; see the catalogue of faults. */
export function breachesOf(
  applied: Applied,
  basis: Basis | undefined,
  universe: Universe,
): readonly Breach[] {
  if (applied.result.kind === 'fenced' && isSame(applied)) return [];
  return [
    ...byClone(applied),
    ...foreignTouched(applied),
    ...unclaimed(applied),
    ...untold(applied),
    ...lost(applied, basis, universe),
    ...lifetimesGrown(applied),
    ...restsOnNothing(applied, basis),
    ...notHeld(applied, universe),
  ];
}

/** 9: a machine that was cloned writes nothing under the ID of the one that was there first. */
function byClone({ process, input }: Applied): readonly Breach[] {
  return process.isClone === true ? [broken(9, `a clone wrote as ${input.owner}`)] : [];
}

function isSame({ before, after }: Applied): boolean {
  return JSON.stringify([...before.lists]) === JSON.stringify([...after.lists]);
}

/** 1 and 5, by the laws of the script: counted, without any layout of slots. */
function foreignTouched({ before, after, input }: Applied): readonly Breach[] {
  if (input.removalsOnly === true) return [];
  const others = [...before.claims].flatMap(([owner, fields]) =>
    owner === input.owner ||
    JSON.stringify(flat(fields)) === JSON.stringify(flat(after.claims.get(owner)))
      ? []
      : [broken(1, `${input.owner} changed what ${owner} claims`)],
  );
  return [
    ...others,
    ...breaches(before, after, input).map((what) => broken(what.includes(' marks ') ? 5 : 1, what)),
  ];
}

function flat(
  fields: World['claims'] extends Map<string, infer F> ? F | undefined : never,
): unknown {
  return fields === undefined || fields === WRONG ? fields : [...fields];
}

/** 4: no entry of ours is ever without its claim. */
function unclaimed({ before, after, input }: Applied): readonly Breach[] {
  return input.writes.flatMap(({ vhost }) => {
    const was = entriesOf(before, vhost);
    const is = entriesOf(after, vhost);
    return [...new Set(is)].flatMap((url) => {
      const added = copies(is, url) - copies(was, url);
      // What another owner claims and lacks is made up for in the same step.
      const due = [...after.claims.keys()].map(
        (owner) => claimed(after, owner, vhost).get(url)?.length ?? 0,
      );
      const isClaimed = added <= due.reduce((sum, n) => sum + n, 0);
      return isClaimed ? [] : [broken(4, `${vhost} got ${url}, which nobody claims`)];
    });
  });
}

/** 4: the index tells what this owner claims, and nothing else of it, from the same step on. */
function untold({ after, input, result, process }: Applied): readonly Breach[] {
  const isTelling = process.isOlder !== true && input.removalsOnly !== true;
  if (result.kind === 'fenced' || !isTelling) return [];
  return input.writes.flatMap(({ vhost }, n) => {
    const members = after.told.get(vhost) ?? [];
    if (result.kinds[n] === 'fault' || members === WRONG) return [];
    const isClaimed = fieldsOf(after, input.owner).has(vhost);
    const isTold = members.includes(input.owner);
    return isTold === isClaimed
      ? []
      : [broken(4, `the index of ${vhost} ${isTold ? 'tells' : 'does not tell'} ${input.owner}`)];
  });
}

function copies(urls: readonly string[], url: string): number {
  return urls.filter((one) => one === url).length;
}

/** 2: who was there, and was fit to be there when this pass asked, is still there. */
function lost(applied: Applied, basis: Basis | undefined, universe: Universe): readonly Breach[] {
  const { before, after, input } = applied;
  const listed = basis?.listed ?? null;
  if (isHold(applied, basis)) return [];
  if (listed === null || (listed.isShrunk && !mustBePutOff(applied, universe))) return [];
  const drained = drainedIn(universe.redis.hashes, input.owner);
  return boxesOf(universe, input.owner).flatMap((box) => {
    const since = Math.min(listed.at, basis?.openedAt ?? 0);
    if (drained.has(shortIdOf(box)) || !isSteady(box, since)) return [];
    const url = urlOf(box.shown);
    return hostsOf(box).flatMap((host) => {
      const isLost =
        claimed(before, input.owner, host).get(url)?.includes(shortIdOf(box)) === true &&
        entriesOf(before, host).includes(url) &&
        !entriesOf(after, host).includes(url);
      return isLost ? [broken(2, `${host} lost ${url} of ${shortIdOf(box)}, which is well`)] : [];
    });
  });
}

function boxesOf({ sites }: Universe, owner: string): readonly Box[] {
  return sites.find(({ engine }) => engine.id === owner)?.engine.boxes ?? [];
}

/** Whether the guard had to put off what this write takes, as it is the first to want so much. */
function mustBePutOff({ before, after, input, process }: Applied, universe: Universe): boolean {
  const { cast, seats, time, redis } = universe;
  const drained = drainedIn(redis.hashes, input.owner);
  // What was called off, or may seem so, is neither counted nor put off.
  const calledOff = new Set(
    boxesOf(universe, input.owner)
      .filter(({ orderedAt, unsettledUntil }) => Math.max(orderedAt, unsettledUntil) > 0)
      .map(shortIdOf)
      .concat([...drained]),
  );
  const isCalledOff = (host: string) =>
    [...claimed(before, input.owner, host).values()].flat().some((id) => calledOff.has(id));
  const backed = [...fieldsOf(before, input.owner).keys()].filter(
    (host) => claimed(before, input.owner, host).size > 0,
  );
  const taken = backed.filter(
    (host) =>
      claimed(after, input.owner, host).size === 0 &&
      !isCalledOff(host) &&
      entriesOf(after, host).length < entriesOf(before, host).length,
  ).length;
  const seat = seats.find(({ controller }) => controller.process === process);
  const status = seat?.controller.parts.status;
  const since = status?.lastGood?.decision.state.refusingSince ?? null;
  // A pass that failed after its refusal counts, too, and is not seen here.
  const lastGoodAt = Date.parse(status?.lastSuccessAt ?? new Date(0).toISOString()) - EPOCH_MS;
  const mayBeConfirmed = time.now() - (since ?? lastGoodAt) >= cast.confirmAfterMs;
  return taken >= cast.minDeletes && taken * 2 > backed.length && !mayBeConfirmed;
}

/** What an owner claims at a vhost. */
function claimed(
  world: World,
  owner: string,
  host: string,
): ReadonlyMap<string, readonly string[]> {
  const claim = parseClaim(fieldsOf(world, owner).get(host) ?? '{}');
  return claim === 'malformed' ? new Map() : claim.backends;
}

/** 5: no write makes a mark last longer. */
function lifetimesGrown({ before, after }: Applied): readonly Breach[] {
  const until = (marks: Marks | typeof WRONG | undefined) =>
    marks === undefined || marks === WRONG ? Number.NEGATIVE_INFINITY : marks.expiresAt;
  return [...after.dead].flatMap(([host, marks]) =>
    marks === WRONG || until(marks) <= until(before.dead.get(host))
      ? []
      : [broken(5, `the marks of ${host} last longer than before`)],
  );
}

/** Takes every backend away while no engine says a word, as it may be dealing the addresses anew. */
function isHold({ input }: Applied, basis: Basis | undefined): boolean {
  return basis?.isInSilence === true && input.writes.every(({ backends }) => backends.length === 0);
}

/**
 * 6: no write without a good list, but a hold; 8: none with one that is older than a newer pass, or than its own.
 */
function restsOnNothing(applied: Applied, basis: Basis | undefined): readonly Breach[] {
  const { input } = applied;
  if (isHold(applied, basis)) return overtaken(input, basis);
  if (basis === undefined || basis.listed === null) {
    return [broken(6, `${input.owner} wrote without having read the engine's list`)];
  }
  if (basis.listed.at < basis.openedAt) {
    return [broken(8, `${input.owner} wrote on a list from before its epoch`)];
  }
  return overtaken(input, basis);
}

function overtaken({ owner }: Applied['input'], basis: Basis | undefined): readonly Breach[] {
  return basis?.isOvertaken === true
    ? [broken(8, `${owner} wrote although a newer pass had begun`)]
    : [];
}

/** 4: a vhost that loses its last backend is held for a while, so that nothing less exact answers for it. */
function notHeld({ before, after, input }: Applied, { cast }: Universe): readonly Breach[] {
  if (cast.holdMs === 0 || input.removalsOnly === true) return [];
  return input.writes.flatMap(({ vhost }) => {
    const isEmptied =
      claimed(before, input.owner, vhost).size > 0 &&
      entriesOf(before, vhost).length > 0 &&
      !after.lists.has(vhost);
    return isEmptied ? [broken(4, `${vhost} went without being held`)] : [];
  });
}

function fieldsOf({ claims }: World, owner: string): ReadonlyMap<string, string> {
  const fields = claims.get(owner);
  return fields === undefined || fields === WRONG ? new Map() : fields;
}
