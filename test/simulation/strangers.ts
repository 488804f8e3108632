import { parseClaim } from '../../src/model/claim-text.ts';
import { compareText } from '../../src/model/compare.ts';
import { lookupOrder } from '../../src/model/lookup.ts';
import { type World, WRONG } from '../laws/world.ts';
import type { StepOf } from './performers.ts';

/** What strangers have written so far, and what may therefore stand there that no controller put there. */
export interface Ledger {
  /** Copies of URLs that no container can have: exactly as many must stand there. */
  readonly foreign: Map<string, number>;
  /** Copies of URLs as controllers write them that a stranger wrote, or disowned: as many at most. */
  readonly possible: Map<string, number>;
  /** Vhosts whose list may be left with its identifier alone. */
  readonly strays: Set<string>;
}

const MARK_TTL_MS = 30_000;

export function emptyLedger(): Ledger {
  return { foreign: new Map(), possible: new Map(), strays: new Set() };
}

export function placeOf(host: string, url: string): string {
  return `${host} ${url}`;
}

/** The URL that a controller would write for this one. */
export function canonical(url: string): string {
  const bare = url.replace(/\/$/, '');
  return /:\d+$/.test(bare) ? bare : `${bare}:80`;
}

export function isForeign(url: string): boolean {
  return url.startsWith('http://foreign');
}

/** Somebody who knows nothing of claims changes a list. */
export function writeForeign(world: World, ledger: Ledger, { host, url, how }: StepOf<'foreign'>) {
  const list = world.lists.get(host) ?? ['theirs'];
  if (list === WRONG) return;
  ledger.strays.add(host);
  if (how === 'remove') {
    const at = list.indexOf(url, 1);
    if (at < 0) return;
    world.lists.set(host, list.toSpliced(at, 1));
    count(isForeign(url) ? ledger.foreign : new Map(), host, url, -1);
    return;
  }
  world.lists.set(host, how === 'push' ? [...list, url] : list.toSpliced(1, 0, url));
  if (isForeign(url)) count(ledger.foreign, host, url, 1);
  else count(ledger.possible, host, canonical(url), 1);
}

/** Somebody changes by hand what controllers wrote. */
export function edit(world: World, ledger: Ledger, { host, how }: StepOf<'edit'>): void {
  const list = world.lists.get(host);
  ledger.strays.add(host);
  if (how === 'disown') {
    for (const owner of world.claims.keys()) disown(world, ledger, owner, host);
  } else if (how === 'delete') {
    deleteList(world, ledger, host);
  } else if (list !== undefined && list !== WRONG) {
    const at = list.findIndex((url, index) => index > 0 && !isForeign(url));
    if (at > 0) world.lists.set(host, list.toSpliced(at, 1));
  }
}

/** A key gets a value that nobody can use; `mend` takes it away. */
export function spoilKey(world: World, ledger: Ledger, { host, what }: StepOf<'spoil'>): void {
  ledger.strays.add(host);
  if (what === 'list') {
    deleteList(world, ledger, host);
    world.lists.set(host, WRONG);
  } else if (what === 'marks') world.dead.set(host, WRONG);
  else {
    for (const [owner, fields] of world.claims) {
      disown(world, ledger, owner, host);
      if (fields !== WRONG) fields.set(host, 'no claim');
    }
  }
}

export function mendKey(world: World, host: string): void {
  if (world.lists.get(host) === WRONG) world.lists.delete(host);
  if (world.dead.get(host) === WRONG) world.dead.delete(host);
  for (const [owner, fields] of world.claims) {
    if (fields === WRONG || fields.get(host) !== 'no claim') continue;
    fields.delete(host);
    if (fields.size === 0) world.claims.delete(owner);
  }
}

/** What a proxy reads before it finds a backend dead: the list that answers for the host. */
export function readForMark(world: World, host: string): readonly string[] {
  for (const vhost of lookupOrder(host)) {
    const list = world.lists.get(vhost);
    if (list !== undefined) return list === WRONG ? [] : list.slice(1);
  }
  return [];
}

/** Marks the slot of a list that was read some time ago. */
export function markDead(world: World, host: string, slot: number, now: number): void {
  const marks = world.dead.get(host);
  if (marks === WRONG) return;
  const members = [...new Set([...(marks?.members ?? []), String(slot)])].sort(compareText);
  world.dead.set(host, { members, expiresAt: now + MARK_TTL_MS });
}

/** The claims of a vhost are lost, so that what they covered is a stranger's from now on. */
export function disown(world: World, ledger: Ledger, owner: string, host: string): void {
  const fields = world.claims.get(owner);
  if (fields === undefined || fields === WRONG) return;
  const claim = parseClaim(fields.get(host) ?? '{}');
  if (claim !== 'malformed') {
    for (const [url, ids] of claim.backends) count(ledger.possible, host, url, ids.length);
  }
  fields.delete(host);
  if (fields.size === 0) world.claims.delete(owner);
}

function deleteList(world: World, ledger: Ledger, host: string): void {
  world.lists.delete(host);
  for (const kept of [ledger.foreign, ledger.possible]) {
    for (const place of [...kept.keys()]) if (place.startsWith(`${host} `)) kept.delete(place);
  }
}

function count(counts: Map<string, number>, host: string, url: string, by: number): void {
  const place = placeOf(host, url);
  counts.set(place, (counts.get(place) ?? 0) + by);
}
