import type { Engine } from '../model/container.ts';
import type { Owner } from '../model/ids.ts';
import type { Condition, Status } from '../status.ts';

/** What the app knows besides the status board. */
export interface Identity {
  readonly version: string;
  readonly owner: Owner | null;
  readonly engine: (Engine & { readonly apiVersion: string }) | null;
  /** Without its password. */
  readonly redisAddress: string;
  readonly eventsEnabled: boolean;
  readonly otherOwners: readonly { readonly owner: Owner; readonly lastPassAt: number }[];
  /** Wall clock milliseconds of the guard's first refusal; null while it does not refuse. */
  readonly refusingSince: number | null;
}

/** `GET /api/v1/status`: one look tells whether all is well. */
export function statusView(status: Status, identity: Identity) {
  const { docker, stream, redis } = status.conditions;
  const { lastGood } = status;
  const { ok, ...why } = status.ready();
  return {
    version: identity.version,
    ready: { ok, reason: 'reason' in why ? why.reason : null },
    owner: identity.owner,
    engine: identity.engine,
    docker: {
      ...conditionView(docker),
      eventStream: { enabled: identity.eventsEnabled, ...conditionView(stream) },
    },
    redis: { ...conditionView(redis), address: identity.redisAddress },
    lastPass:
      status.lastPass === null
        ? null
        : { ...status.lastPass, at: new Date(status.lastPass.at).toISOString() },
    lastSuccessAt: iso(status.lastSuccessAt),
    passes: status.passes,
    changes: { total: status.changes.total(), lastAt: status.changes.list()[0]?.at ?? null },
    guard:
      lastGood === null || lastGood.decision.putOff.length === 0
        ? null
        : {
            refusing: true,
            since: iso(identity.refusingSince),
            vhosts: lastGood.decision.putOff.map(({ vhost }) => vhost),
          },
    otherOwners: identity.otherOwners.map(({ owner, lastPassAt }) => ({
      owner,
      lastPassAt: iso(lastPassAt),
    })),
    unknown: lastGood?.plan.unknown ?? [],
    faults: (lastGood?.faults ?? []).map(({ vhost, key, problem }) => ({ vhost, key, problem })),
  };
}

function conditionView({ up, since, error }: Condition) {
  return { up: up === true, since: iso(since), error };
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
