import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { DockerSession } from '../../../src/clients/docker-session.ts';
import type { Config } from '../../../src/config/config.ts';
import type { Pass } from '../../../src/reconcile.ts';
import { createWarnings } from '../../../src/report/warnings.ts';

/** Of the configuration, the session and the pass, the warnings read no more than this. */
function warned(address: 'container' | 'published') {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const config = { address, resync: { intervalMs: 30_000 } } as Config;
  const warnings = createWarnings(config, log);
  const pass = (
    now: number,
    owners: Readonly<Record<string, number | null>>,
    leaseMs: number | null = null,
  ) => {
    const otherOwners = Object.entries(owners).map(([owner, lastSignAt]) => ({
      ...{ owner, lastSignAt, leaseMs },
    }));
    const opening = { now, otherOwners };
    warnings.onPass({ opening, faults: [], plan: {}, after: new Map() } as unknown as Pass);
  };
  const session = (rootless: boolean) =>
    warnings.onSession({ engine: { id: 'x', name: 'y' }, rootless } as DockerSession);
  return { lines, pass, session, onRedisReady: warnings.onRedisReady };
}

describe('warnings', () => {
  test('tell of another live owner once, when it appears', () => {
    const { lines, pass } = warned('container');
    pass(100_000, { gone: 9_999 });
    expect(lines).toEqual([]);
    pass(100_000, { other: 99_000 });
    pass(101_000, { other: 100_000 });
    expect(lines).toMatchObject([{ level: 40, otherOwners: ['other'] }]);
    pass(900_000, { other: 100_000 });
    pass(901_000, { other: 900_500 });
    expect(lines).toHaveLength(2);
  });

  test('count another owner as live by its own lease, not by ours', () => {
    const { lines, pass } = warned('container');
    pass(100_000, { quick: 95_000 }, 4_000);
    expect(lines).toEqual([]);
    pass(1_000_000, { slow: 100_000 }, 1_000_000);
    expect(lines).toMatchObject([{ level: 40, otherOwners: ['slow'] }]);
  });

  test('are silent about an owner of whom nobody knows when it passed', () => {
    const { lines, pass } = warned('container');
    pass(100_000, { other: null });
    expect(lines).toEqual([]);
  });

  test('tell once of a Redis that may evict, with the command that mends it', () => {
    const { lines, onRedisReady } = warned('container');
    for (const policy of [null, 'noeviction']) onRedisReady(policy);
    expect(lines).toEqual([]);
    for (const policy of ['allkeys-lru', 'allkeys-lru']) onRedisReady(policy);
    expect(lines).toMatchObject([{ level: 40, policy: 'allkeys-lru' }]);
    expect(lines[0]?.remedy).toContain('CONFIG SET maxmemory-policy noeviction');
  });

  test('tell of a rootless engine', () => {
    const { lines, session } = warned('container');
    session(false);
    session(true);
    expect(lines).toMatchObject([{ remedy: 'publish ports and set AUTODOCK_ADDRESS=published' }]);
  });

  test('are silent with published ports, where neither matters', () => {
    const { lines, pass, session } = warned('published');
    session(true);
    pass(100_000, { other: 99_000 });
    expect(lines).toEqual([]);
  });
});
