import { type Failure, isUnproven } from '../model/failure.ts';
import type { Claim, ObservedFrontend } from '../model/frontend.ts';
import type { Off } from '../model/off.ts';
import type { OwnerSeen } from '../model/owner-record.ts';
import { readableClaims } from '../model/readable-claim.ts';
import { placeOf } from './backend-place.ts';
import { type Facts, type RedisFacts, redisOf, runningOf } from './facts.ts';
import { failureNote } from './failure-note.ts';
import type { HostReading } from './host-name.ts';
import { type LogsOf, logsIn } from './logs.ts';
import type { FrontendState } from './routes.ts';
import type { SlotView } from './slots.ts';

/** What a client gets; 200: whatever the backend answers. */
export interface StatusView {
  /** null: Redis could not be read. */
  readonly code: 200 | 400 | 404 | 502 | 503 | null;
  readonly why: string;
}

/** What the lookup of a host found. */
export interface FoundHost {
  readonly vhost: string;
  readonly state: FrontendState;
  readonly frontend: ObservedFrontend;
  readonly slots: readonly SlotView[];
  /** When the dead marks lapse, ms; null: never. */
  readonly lapseMs: number | null;
  /** What fronts noted of its backends, the newest first. */
  readonly failures: readonly Failure[];
}

/** The status that a front answers with, and why; `found` is null where no frontend answers. */
export function statusOf(facts: Facts, reading: HostReading, found: FoundHost | null): StatusView {
  if (reading.kind === 'bad') {
    return { code: 400, why: `This is not a host name: it ${reading.problem}.` };
  }
  if (reading.kind === 'front') {
    return { code: 200, why: 'The front answers this host itself: ok.' };
  }
  const redis = redisOf(facts);
  if (redis === null) {
    return {
      code: null,
      why: 'Redis could not be read; the front serves what it knew for a while.',
    };
  }
  const off = redis.offs.get(reading.host) ?? redis.offs.get(found?.vhost ?? '');
  if (off !== undefined) return offStatus(reading.host, off);
  if (found === null) return { code: 404, why: 'No frontend answers for this host.' };
  const status = statusOfFrontend(found, redis, logsIn(runningOf(facts)));
  return { ...status, why: `${status.why}${certificateNote(reading.host)}` };
}

/** Whoever's backends stand there: fronts ask none of them. */
function offStatus(host: string, { by, text }: Off): StatusView {
  const who = by === null ? '' : ` by ${by}`;
  const said = text === '' ? '' : ` Clients read: ${text}`;
  return { code: 503, why: `It was taken off${who}; autodock on ${host} takes that back.${said}` };
}

/** Whoever gets certificates by themselves in a deployment gets none for such a name. */
function certificateNote(host: string): string {
  if (!host.includes('_')) return '';
  return ' By HTTPS it needs a certificate of its own: Caddy from 2.10 on gets none for a name with an underscore.';
}

function statusOfFrontend(found: FoundHost, redis: RedisFacts, logsOf: LogsOf): StatusView {
  const { vhost, state } = found;
  switch (state) {
    case 'wrong-type':
      return { code: 502, why: `The key of ${vhost} holds something that is not a list.` };
    case 'held':
      return { code: 503, why: heldWhy(found, redis) };
    case 'empty':
      return { code: 503, why: `${vhost} has no backend, and nobody holds it.` };
    case 'too-long':
      return { code: 200, why: `${vhost} has more backends than autodock reads.` };
    default:
      return backedStatus(found, redis, logsOf);
  }
}

function heldWhy({ vhost, frontend }: FoundHost, { now, owners }: RedisFacts): string {
  const holders = readableClaims(frontend).flatMap(([owner, claim]) =>
    claim.heldSince === null ? [] : [heldBy(owner, claim, now, owners)],
  );
  return `${vhost} is held by ${holders.join(', ')}: it has no backend for the moment.`;
}

function heldBy(
  owner: string,
  { heldSince }: Claim,
  now: number,
  owners: readonly OwnerSeen[],
): string {
  const engine = owners.find((seen) => seen.owner === owner)?.engine ?? owner;
  // A hold that began ahead of the clock counts as from the next pass.
  const isDated = heldSince !== null && heldSince <= now;
  return isDated ? `${engine} for ${Math.round((now - heldSince) / 1_000)} s` : engine;
}

function backedStatus(
  { vhost, slots, lapseMs, failures }: FoundHost,
  { now }: RedisFacts,
  logsOf: LogsOf,
): StatusView {
  const alive = slots.filter(({ dead, usable }) => usable && !dead);
  if (alive.length > 0) {
    const told = { at: now, byVhost: new Map([[vhost, failures]]) };
    if (alive.every(({ url }) => isUnproven(told, vhost, url))) {
      return unprovenStatus(vhost, alive, logsOf);
    }
    const count = `${alive.length} of ${countOfSlots(slots.length)}`;
    const last = failureNote(failures, alive);
    const notes = `${nameNote(alive)}${last === '' ? silenceNote(alive, logsOf) : last}`;
    return { code: 200, why: `${vhost} answers from ${count}.${notes}` };
  }
  if (slots.every(({ usable }) => !usable)) {
    return {
      code: 502,
      why: `No backend of ${vhost} is a URL that the front can connect to (http or https, and an address or a name).`,
    };
  }
  const until =
    lapseMs === null ? 'and the marks never lapse' : `for ${Math.ceil(lapseMs / 1_000)} s more`;
  const suspects =
    'A front that set a mark by itself, as it could not connect, tries that one all the same.';
  return { code: 502, why: `Every backend of ${vhost} is marked dead, ${until}. ${suspects}` };
}

/** Fronts have requests wait for those that accept no connection, and send them none. */
function unprovenStatus(vhost: string, alive: readonly SlotView[], logsOf: LogsOf): StatusView {
  const urls = [...new Set(alive.map(({ url }) => url))].join(', ');
  const logs = [...new Set(alive.flatMap(({ names }) => names.map(logsOf)))].join('; ');
  const where = logs === '' ? '' : ` Whether the application listens, and where: ${logs}.`;
  return {
    code: 503,
    why: `No backend of ${vhost} accepted a connection of a front a moment ago (unproven: ${urls}). Requests wait for that (FRONT_HOLD), and are refused then.${where}`,
  };
}

/** Whether a name has an address is known where the front runs, and nowhere else. */
function nameNote(alive: readonly SlotView[]): string {
  const named = [...new Set(alive.flatMap(({ url, named: isNamed }) => (isNamed ? [url] : [])))];
  const hosts = named.flatMap((url) => placeOf(url)?.host ?? []);
  if (hosts.length === 0) return '';
  const [it, has] = hosts.length === 1 ? ['it', 'it has'] : ['them', 'they have'];
  return ` The front looks up ${hosts.join(', ')}, and passes over ${it} while ${has} no address.`;
}

/** Fronts never mark the last backend that lives, so that no mark tells of it. */
function silenceNote(alive: readonly SlotView[], logsOf: LogsOf): string {
  const [first, ...others] = alive;
  if (first === undefined || others.some(({ url }) => url !== first.url)) return '';
  const [name] = first.names;
  const where = name === undefined ? '' : `: ${logsOf(name)}`;
  const distrust = first.url.startsWith('https:') ? ', or that its certificate is not trusted' : '';
  return ` A 502 all the same means that nothing listens at ${first.url}${distrust}${where}.`;
}

function countOfSlots(count: number): string {
  return count === 1 ? '1 slot' : `${count} slots`;
}
