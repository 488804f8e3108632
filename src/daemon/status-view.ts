import type { ShownCondition, StatusAnswer } from '../answers/status.ts';
import type { HostsSeen } from '../model/beat.ts';
import { leaseState, patienceMsOf } from '../model/lease.ts';
import type { Pass } from '../reconcile.ts';
import type { Condition } from '../report/status.ts';
import type { Parts } from './parts.ts';

/**
 * What `GET /api/v1/status` answers now: one look tells whether all is well.
 *
 * @param wallClockOf milliseconds since 1970, of a monotonic moment
 */
export function statusView(
  { config, version, wiring, status }: Parts,
  wallClockOf: (monotonic: number) => number,
): StatusAnswer {
  const { lastGood, hosts, renewedAt, conditions, changes, evictionPolicy, strays } = status;
  const session = wiring.sessions.last();
  const ready = status.ready();
  const eventStream = { enabled: config.docker.events, ...conditionView(conditions.stream) };
  return {
    version,
    ready: { ok: ready.ok, reason: ready.ok ? null : ready.reason },
    owner: config.owner ?? lastGood?.plan.owner ?? null,
    engine: session === null ? null : { ...session.engine, apiVersion: session.apiVersion },
    docker: { ...conditionView(conditions.docker), eventStream },
    redis: { ...conditionView(conditions.redis), address: wiring.redis.address, evictionPolicy },
    frontPort: frontPort(config.front.addresses),
    lastPass: status.lastPass,
    lastSuccessAt: status.lastSuccessAt,
    passes: status.passes,
    changes: { total: changes.total(), lastAt: changes.list()[0]?.at ?? null },
    guard: guardView(lastGood, wallClockOf),
    lease: { ms: config.leaseMs, renewedAt: isoOrNull(renewedAt) },
    otherOwners: othersView(hosts, patienceMsOf(config.resync.intervalMs)),
    off: [...(lastGood?.opening.offs ?? [])].map(([vhost, { since, ...rest }]) => {
      return { vhost, since: isoOrNull(since), ...rest };
    }),
    unknown: lastGood?.plan.unknown ?? [],
    faults: lastGood?.faults ?? [],
    strays,
  };
}

function conditionView({ up, since, error }: Condition): ShownCondition {
  return { up: up === true, since, error };
}

/** All others, as they were when this owner looked last. */
function othersView(hosts: HostsSeen | null, patienceMs: number): StatusAnswer['otherOwners'] {
  return (hosts?.otherOwners ?? []).map((seen) => ({
    owner: seen.owner,
    engine: seen.engine,
    state: leaseState(seen, hosts?.clock.now ?? 0, patienceMs),
    lastSignAt: isoOrNull(seen.lastSignAt),
    leaseMs: seen.leaseMs,
    address: seen.address,
    version: seen.version,
  }));
}

/** What the guard puts off, since its first refusal. */
function guardView(
  pass: Pass | null,
  wallClockOf: (monotonic: number) => number,
): StatusAnswer['guard'] {
  const { putOff, state } = pass?.decision ?? { putOff: [], state: { refusingSince: null } };
  if (putOff.length === 0 || state.refusingSince === null) return null;
  const since = iso(wallClockOf(state.refusingSince));
  return { refusing: true, since, vhosts: putOff.map(({ vhost }) => vhost) };
}

/** Whoever opens a host goes to the port 80, if the front is there at all. */
function frontPort(addresses: readonly string[]): number | null {
  const ports = addresses.map((address) => Number(address.slice(address.lastIndexOf(':') + 1)));
  return ports.includes(80) ? 80 : (ports[0] ?? null);
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
