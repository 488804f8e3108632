import { decide } from '../../src/diff/decide.ts';
import { compareText } from '../../src/model/compare.ts';
import type { Claim } from '../../src/model/frontend.ts';
import type { Owner } from '../../src/model/ids.ts';
import { leaseState } from '../../src/model/lease.ts';
import { parseOwnerRecord, publishedAt } from '../../src/model/owner-record.ts';
import { writeList } from '../laws/model.ts';
import { ask, strayAskers } from '../laws/model-options.ts';
import {
  copyOf,
  fieldsOf,
  isFault,
  listOf,
  markedSlots,
  observe,
  type World,
  WRONG,
} from '../laws/world.ts';
import { isAnotherEngine } from './another-engine.ts';
import type { CommandContext } from './redis-commands.ts';

const ENGINE = 'autodock:engine:';

/** What decides about an owner that is lapsed, or another's; a mutant has another one. */
export interface ReapRules {
  /** Whether an owner of which so much was seen may be said to be lapsed now. */
  readonly mayLapse: (context: CommandContext, seen: LapseSeen) => boolean;
  /** Whether its last backends stay where the reaper means others alone. */
  readonly keepsLast: boolean;
  /** Whether a write of its that is under way is let through. */
  readonly keepsNonce: boolean;
  /** Whether a record is of another engine than that of whoever passes. */
  readonly isAnotherEngine: typeof isAnotherEngine;
}

/** The last sign that its finder saw of an owner. */
export interface LapseSeen {
  readonly owner: string;
  readonly at: string;
  readonly run: string;
  readonly patienceMs: number;
}

/** As the scripts have it. */
export const RULES: ReapRules = {
  mayLapse: (context, seen) => isSameSign(context, seen) && !isLiveAt(context, seen),
  keepsLast: true,
  keepsNonce: false,
  isAnotherEngine,
};

/** The twin of lapse.lua. */
export function lapse(context: CommandContext, words: readonly string[]): readonly string[] {
  const { engines, now, watch, rules } = context;
  const [, , key = '', , finder = '', at = '', run = '', patience] = words;
  const owner = key.slice(ENGINE.length);
  const text = engines.get(owner);
  const record = parseOwnerRecord(text);
  const seen = { owner, at, run, patienceMs: Number(patience) };
  if (text === undefined || record.leaseMs === null) return ['returned'];
  if (!rules.mayLapse(context, seen)) return ['returned'];
  const { lapsedBy } = record;
  const { nonce, ...rest } = JSON.parse(text) as {
    readonly nonce?: string;
    readonly lapsed?: { readonly at?: number };
  };
  const isAnothers = lapsedBy !== null && lapsedBy !== finder;
  if (isAnothers && seesToIt(context, lapsedBy, rest.lapsed?.at ?? 0, seen.patienceMs)) {
    return ['left', lapsedBy];
  }
  const kept = rules.keepsNonce ? { nonce } : {};
  engines.set(owner, JSON.stringify({ ...rest, ...kept, lapsed: { at: now, by: finder } }));
  watch.lapsed(owner);
  return ['lapsed'];
}

function seesToIt(context: CommandContext, finder: string, at: number, patienceMs: number) {
  const { engines, now, world } = context;
  const { leaseMs } = parseOwnerRecord(engines.get(finder));
  if (!world.scores.has(finder) || leaseMs === null) return false;
  if (!isLive(context, finder, patienceMs)) return false;
  return now >= at && now - at <= Math.max(leaseMs, (3_000 * world.scores.size) / 10);
}

function isSameSign({ engines }: CommandContext, { owner, at, run }: LapseSeen): boolean {
  const record = parseOwnerRecord(engines.get(owner));
  return String(record.at ?? '') === at && record.redisRun === run;
}

/** Where no score counts: who tells no time is not known to be at work. */
function isLiveAt(context: CommandContext, { owner, patienceMs }: LapseSeen): boolean {
  return stateOf(context, owner, Number.NaN, patienceMs) === 'live';
}

function isLive(context: CommandContext, owner: string, patienceMs: number): boolean {
  const score = Number(context.world.scores.get(owner) ?? Number.NaN);
  return stateOf(context, owner, score, patienceMs) === 'live';
}

function stateOf(
  { engines, now, run }: CommandContext,
  owner: string,
  score: number,
  patienceMs: number,
) {
  const record = parseOwnerRecord(engines.get(owner));
  const lastSignAt = publishedAt(record, score, { now, run });
  const isLapsed = record.lapsedBy !== null;
  return leaseState({ lastSignAt, leaseMs: record.leaseMs, isLapsed }, now, patienceMs);
}

/** The twin of reap.lua. */
export function reap(context: CommandContext, words: readonly string[]): readonly unknown[] {
  const { world, engines, watch } = context;
  const [, , , , name = '', finder = '', , , patience, mode, json = '[]'] = words;
  const lapsed = name as Owner;
  const record = parseOwnerRecord(engines.get(lapsed));
  if (record.lapsedBy !== finder) return ['returned'];
  const before = copyOf(world);
  const vhosts = (JSON.parse(json) as readonly { readonly v: string }[]).map(({ v }) => v);
  const reaping = { context, lapsed, mode, patienceMs: Number(patience) };
  const results = vhosts.map((vhost) => reapOne(before, reaping, vhost));
  if (mode !== 'look') watch.reaped({ lapsed, mode, before, after: world });
  return ['reaped', ...results];
}

interface Reaping {
  readonly context: CommandContext;
  readonly lapsed: Owner;
  readonly mode: string | undefined;
  readonly patienceMs: number;
}

/** What becomes of one vhost, by the world as it was before any of them; changes the world unless it is a look. */
function reapOne(before: World, reaping: Reaping, vhost: string): unknown {
  const { context, lapsed, mode } = reaping;
  const { world, now, rules } = context;
  const observed = observe(before, vhost, lapsed);
  if (isFault(before, observed)) return ['key', 'problem'];
  const mine = observed.claims.get(lapsed);
  if (mine === undefined || mine === 'malformed') return 'none';
  if (mine.backends.size === 0 && mine.heldSince === null) return 'none';
  const isLast = mode !== 'all' && rules.keepsLast && !standsBeside(before, reaping, vhost, mine);
  if (isLast) return 'last';
  const write = { vhost, identifier: vhost, backends: [], asked: false };
  const decision = decide(
    observed,
    write,
    { owner: lapsed, now, holdMs: 0 },
    markedSlots(before, vhost),
  );
  if (mode !== 'look') take(world, { vhost, lapsed, claim: lapsedClaim(mine) }, decision);
  return decision.kind === 'none' ? 'release' : decision.kind;
}

/** Copies that others claim who are not live do not count. */
function standsBeside(
  before: World,
  { context, lapsed, patienceMs }: Reaping,
  vhost: string,
  mine: Claim,
): boolean {
  const entries = listOf(before, vhost).slice(1);
  const silent = new Map<string, number>();
  const others = new Map<string, number>();
  for (const [name, claim] of observe(before, vhost, lapsed).claims) {
    if (name === lapsed || claim === 'malformed') continue;
    for (const [url, ids] of claim.backends) {
      add(others, url, ids.length);
      if (!isLive(context, name, patienceMs)) add(silent, url, ids.length);
    }
  }
  return [...new Set(entries)].some((url) => {
    const present = entries.filter((entry) => entry === url).length;
    const claimed = mine.backends.get(url as never)?.length ?? 0;
    const owned = Math.max(0, Math.min(present - (others.get(url) ?? 0), claimed));
    return present - owned > (silent.get(url) ?? 0);
  });
}

function add(counts: Map<string, number>, url: string, n: number): void {
  counts.set(url, (counts.get(url) ?? 0) + n);
}

/** What stays of a claim whose backends were taken out; undefined: nothing. */
function lapsedClaim({ backends }: Claim): string | undefined {
  const copies = [...backends].flatMap(([url, ids]) => ids.map((id) => `${url} ${id}`));
  return copies.length === 0 ? undefined : JSON.stringify({ lapsed: copies.sort(compareText) });
}

interface Taken {
  readonly vhost: string;
  readonly lapsed: Owner;
  readonly claim: string | undefined;
}

function take(
  world: World,
  { vhost, lapsed, claim }: Taken,
  { list, places }: ReturnType<typeof decide>,
): void {
  const strays = strayAskers(world, observe(world, vhost, lapsed), lapsed);
  const isAsking = (world.told.get(vhost) ?? []).includes(`${lapsed} options`);
  const after = list === null ? [] : [list.identifier, ...list.entries];
  writeList(world, { vhost, before: listOf(world, vhost), after, places });
  const fields = fieldsOf(world, lapsed);
  if (claim === undefined) fields.delete(vhost);
  else fields.set(vhost, claim);
  if (fields.size === 0) world.claims.delete(lapsed);
  ask(world, lapsed, { vhost, asking: isAsking ? 'no more' : 'as it is', strays });
  untell(world, vhost, claim === undefined ? lapsed : null);
}

/** Takes out of the index who claims nothing there any more. */
function untell(world: World, vhost: string, gone: string | null): void {
  const members = world.told.get(vhost) ?? [];
  if (members === WRONG) return;
  const rest = members.filter((name) => {
    return name !== gone && (!world.scores.has(name) || fieldsOf(world, name).has(vhost));
  });
  if (rest.length === 0) world.told.delete(vhost);
  else world.told.set(vhost, rest);
}
