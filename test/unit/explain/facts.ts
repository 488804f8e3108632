import type { Facts, RedisFacts } from '../../../src/explain/facts.ts';
import type { ObservedFrontend } from '../../../src/model/frontend.ts';
import type { HostMarks } from '../../../src/model/marks.ts';
import type { Off } from '../../../src/model/off.ts';
import type { OwnerSeen } from '../../../src/model/owner-record.ts';
import type { Workload } from '../../../src/model/workload.ts';
import { DEFAULTS, desire } from '../desire/containers.ts';
import { OTHER, OWNER } from '../diff/world.ts';

/** Redis' clock of every test. */
export const NOW = 1_800_000_000_000;

/** What a test says of both sides; what it does not say is empty and well. */
export interface World {
  /** null: Docker cannot be read. */
  readonly containers?: readonly Workload[] | null;
  /** null: Redis cannot be read. */
  readonly frontends?: readonly ObservedFrontend[] | null;
  readonly marks?: Readonly<Record<string, HostMarks>>;
  readonly unusableMarks?: readonly string[];
  readonly offs?: Readonly<Record<string, Off>>;
  readonly owners?: readonly Partial<OwnerSeen>[];
  readonly keyPrefix?: string;
}

/** Our engine, which passed a second ago, and another one. */
const OWNERS: readonly Partial<OwnerSeen>[] = [
  { owner: OWNER, engine: 'here', engineId: 'id-1' },
  { owner: OTHER, engine: 'there', engineId: 'id-2' },
];

/** The facts of a world. */
export function factsOf(world: World): Facts {
  const { containers = [], frontends = [], keyPrefix = '' } = world;
  const running: Facts['running'] =
    containers === null
      ? { kind: 'failed', problem: 'Docker: version: away' }
      : {
          kind: 'seen',
          facts: {
            engine: { id: 'id-1', name: 'here' },
            node: null,
            workloads: containers,
            verdicts: desire(containers).verdicts,
            settings: DEFAULTS,
          },
        };
  const redis: Facts['redis'] =
    frontends === null
      ? { kind: 'failed', problem: 'Redis at h cannot be reached' }
      : { kind: 'seen', facts: redisOf(frontends, world) };
  return { self: OWNER, patienceMs: 90_000, keyPrefix, running, redis };
}

function redisOf(frontends: readonly ObservedFrontend[], world: World): RedisFacts {
  const { marks = {}, unusableMarks = [], owners = OWNERS, offs = {} } = world;
  return {
    now: NOW,
    owners: owners.map((seen) => ({
      owner: OWNER,
      engine: null,
      engineId: null,
      leaseMs: null,
      isLapsed: false,
      ...{ at: null, redisRun: null, address: null, version: null },
      lastSignAt: NOW - 1_000,
      ...seen,
    })),
    frontends: new Map(frontends.map((frontend) => [frontend.vhost, frontend])),
    marks: new Map(Object.entries(marks)),
    unusableMarks: new Set(unusableMarks),
    offs: new Map(Object.entries(offs)),
  };
}
