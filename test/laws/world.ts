import { parseClaim } from '../../src/model/claim-text.ts';
import type { Claim, FrontendList, ObservedFrontend } from '../../src/model/frontend.ts';
import type { Owner } from '../../src/model/ids.ts';

/** A key that holds a string where a list or a set should be. */
export const WRONG = 'string';

export interface Marks {
  readonly members: readonly string[];
  /** Milliseconds since 1970; -1: never. */
  readonly expiresAt: number;
}

/** A whole Redis, as far as autodock is concerned. Sorted by key where it is compared. */
export interface World {
  readonly lists: Map<string, readonly string[] | typeof WRONG>;
  readonly dead: Map<string, Marks | typeof WRONG>;
  readonly claims: Map<string, Map<string, string> | typeof WRONG>;
  readonly scores: Map<string, string>;
  /** By vhost the owners that the index tells, sorted. */
  readonly told: Map<string, readonly string[] | typeof WRONG>;
  /** By vhost what the containers of each owner ask of fronts, as text. */
  readonly options: Map<string, Map<string, string> | typeof WRONG>;
  /** Owners whose records say that the index tells all they claim. */
  readonly indexed: Set<string>;
}

/** The same world, of which nothing changes with the first one: texts, lists and marks are never changed in place. */
export function copyOf(world: World): World {
  return {
    lists: new Map(world.lists),
    dead: new Map(world.dead),
    claims: fieldsCopied(world.claims),
    scores: new Map(world.scores),
    told: new Map(world.told),
    options: fieldsCopied(world.options),
    indexed: new Set(world.indexed),
  };
}

function fieldsCopied(hashes: World['claims']): World['claims'] {
  const copied: World['claims'] = new Map();
  for (const [name, fields] of hashes) copied.set(name, fields === WRONG ? WRONG : new Map(fields));
  return copied;
}

/** What the reader of an owner, or of nobody in particular, would tell of one vhost. */
export function observe(world: World, vhost: string, self?: Owner): ObservedFrontend {
  const claims = new Map<Owner, Claim | 'malformed'>();
  for (const owner of world.scores.keys()) {
    if (owner !== self && !isLookedFor(world, vhost, owner)) continue;
    const fields = world.claims.get(owner);
    const text = fields === WRONG ? WRONG : fields?.get(vhost);
    if (text !== undefined) claims.set(owner as Owner, parseClaim(text));
  }
  const options = optionsOf(world, vhost);
  const asked = options === null ? {} : { options };
  return { vhost, list: frontendList(world, vhost), claims, ...asked };
}

/** They are looked for where the index tells that there are some. */
function optionsOf({ told, options }: World, vhost: string): ReadonlyMap<Owner, string> | null {
  const members = told.get(vhost) ?? [];
  if (members === WRONG || !members.some((member) => member.endsWith(' options'))) return null;
  const texts = options.get(vhost) ?? new Map<string, string>();
  return new Map(
    [...(texts === WRONG ? [] : texts)].map(([owner, text]) => [owner as Owner, text]),
  );
}

/** Where the index tells an owner, or that owner is not in it. */
function isLookedFor({ told, indexed }: World, vhost: string, owner: string): boolean {
  return !indexed.has(owner) || (told.get(vhost) ?? []).includes(owner);
}

/** Nobody writes at such a vhost. */
export function isFault({ told }: World, { vhost, list, claims }: ObservedFrontend): boolean {
  const isIndexWrong = told.get(vhost) === WRONG;
  return list.kind === 'wrong-type' || isIndexWrong || [...claims.values()].includes('malformed');
}

function frontendList(world: World, vhost: string): FrontendList {
  const list = world.lists.get(vhost);
  if (list === WRONG) return { kind: 'wrong-type', type: WRONG };
  const [identifier, ...entries] = list ?? [];
  return identifier === undefined ? { kind: 'absent' } : { kind: 'list', identifier, entries };
}

/** The list with its identifier; empty: none. */
export function listOf(world: World, vhost: string): readonly string[] {
  const list = world.lists.get(vhost);
  return list === undefined || list === WRONG ? [] : list;
}

/** A hash of a wrong type makes every vhost a fault before it comes to its fields. */
export function fieldsOf(world: World, owner: string): Map<string, string> {
  const fields = world.claims.get(owner);
  return fields === undefined || fields === WRONG ? new Map() : fields;
}

/** The slots that the marks under a host name. */
export function markedSlots(world: World, host: string): ReadonlySet<number> {
  const marks = world.dead.get(host);
  const members = marks === undefined || marks === WRONG ? [] : marks.members;
  return new Set(members.filter((member) => /^(?:0|[1-9]\d*)$/.test(member)).map(Number));
}
