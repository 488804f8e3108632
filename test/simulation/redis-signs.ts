import { compareText } from '../../src/model/compare.ts';
import { leaseState } from '../../src/model/lease.ts';
import { parseOwnerRecord, publishedAt } from '../../src/model/owner-record.ts';
import { fieldsOf } from '../laws/world.ts';
import type { CommandContext } from './redis-commands.ts';

const CONTESTED = 'contested';
/** Stands beside the records of owners, none of which has such a name. */
const INDEX = 'index';

/** The twin of open.lua. */
export function open(context: CommandContext, words: readonly string[]) {
  const { world, engines, now, run, process, watch } = context;
  const [, , , , , , owner = '', text = '', recentMs, mode] = words;
  const score = Number(world.scores.get(owner) ?? '0');
  const refusal = mode === 'refuse' ? refusalOf(context, owner, text, [score, recentMs]) : null;
  if (refusal !== null) return refusal;
  const epoch = String(Math.max(now, score + 1));
  world.scores.set(owner, epoch);
  const { written } = JSON.parse(engines.get(owner) ?? '{}') as { readonly written?: string };
  const { leaseMs, ...record } = JSON.parse(text) as { readonly leaseMs?: number };
  const lease = process.isOlder === true || leaseMs === undefined ? {} : { leaseMs };
  engines.set(owner, JSON.stringify({ ...record, ...lease, at: now, redis: run, written }));
  watch.opened(process, owner);
  watch.signed(owner);
  const claims = fieldsOf(world, owner);
  if (process.isOlder === true) {
    world.indexed.delete(owner);
    return ['opened', epoch, String(now), run, claims.size, 1, ''];
  }
  if (claims.size === 0) world.indexed.add(owner);
  const unindexed = [...world.scores.keys()].filter((name) => !world.indexed.has(name));
  engines.set(INDEX, `${now} ${unindexed.sort(compareText).join(' ')}`);
  const isIndexed = world.indexed.has(owner) ? 1 : 0;
  const isAllIndexed = unindexed.length === 0 ? 1 : 0;
  return [
    'opened',
    epoch,
    String(now),
    run,
    claims.size,
    isIndexed,
    written ?? '',
    0,
    isAllIndexed,
  ];
}

/** The twin of beat.lua. */
export function beat(context: CommandContext, words: readonly string[]) {
  const { world, engines, now, run, process, watch, rules } = context;
  const [, , , , owner = '', who = '', patienceMs, , tells] = words;
  const owners = [...world.scores].flatMap(([name, own]) => [name, own, engines.get(name) ?? '']);
  const reply = (outcome: string) => [outcome, String(now), run, tells === 'all' && owners];
  // A version without leases gives none.
  if (process.isOlder === true) return ['absent', String(now), run, []];
  const score = world.scores.get(owner);
  const text = engines.get(owner);
  if (score === undefined || text === undefined) return reply('absent');
  const record = parseOwnerRecord(text);
  if (rules.isAnotherEngine(record, parseOwnerRecord(who))) return reply('contested');
  const lastSignAt = publishedAt(record, Number(score), { now, run });
  const { leaseMs, lapsedBy } = record;
  const sign = { lastSignAt, leaseMs, isLapsed: lapsedBy !== null };
  if (leaseState(sign, now, Number(patienceMs)) === 'lapsed') {
    return reply('lapsed');
  }
  engines.set(owner, JSON.stringify({ ...JSON.parse(text), at: now, redis: run }));
  watch.signed(owner);
  return reply('renewed');
}

/** What is told where another engine passed under the owner a moment ago; null: none did. */
function refusalOf(
  { engines, now, run, rules }: CommandContext,
  owner: string,
  mine: string,
  [score, recentMs]: readonly [score: number, recentMs: string | undefined],
) {
  const text = engines.get(owner) ?? '';
  const last = parseOwnerRecord(text);
  if (last.lapsedBy !== null || !rules.isAnotherEngine(last, parseOwnerRecord(mine))) return null;
  const at = publishedAt(last, score, { now, run });
  const record = at === null ? JSON.stringify({ ...JSON.parse(text), at: now, redis: run }) : text;
  engines.set(owner, record);
  const agoMs = now - (at ?? now);
  return agoMs <= (last.leaseMs ?? Number(recentMs)) ? [CONTESTED, record] : null;
}
