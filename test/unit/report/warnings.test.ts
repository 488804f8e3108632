import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { DockerSession } from '../../../src/clients/docker-session.ts';
import type { Config } from '../../../src/config/config.ts';
import type { HostsSeen } from '../../../src/model/beat.ts';
import { createWarnings } from '../../../src/report/warnings.ts';

/** Of the configuration, the session and the sign of life, the warnings read no more than this. */
function warned(
  address: 'container' | 'published',
  hostAddress = '192.0.2.1',
  more: Partial<Config> = {},
) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const config = { address, hostAddress, resync: { intervalMs: 30_000 }, ...more } as Config;
  let wall = 0;
  const warnings = createWarnings(config, log, () => wall);
  const beat = (
    now: number,
    owners: Readonly<Record<string, number | null>>,
    leaseMs: number | null = null,
    aheadMs = 0,
    theirs: string | null = null,
  ) => {
    wall = now + aheadMs;
    const otherOwners = Object.entries(owners).map(([owner, lastSignAt]) => ({
      ...{ owner, lastSignAt, leaseMs, engineId: 'x', engine: owner, address: theirs },
    }));
    warnings.onHosts({ clock: { now, run: '' }, otherOwners } as unknown as HostsSeen);
  };
  const session = (rootless: boolean) =>
    warnings.onSession({ engine: { id: 'x', name: 'y' }, rootless } as DockerSession);
  return { lines, beat, session, onRedisReady: warnings.onRedisReady };
}

describe('warnings', () => {
  test('tell of a clock that is not that of Redis', () => {
    const { lines, beat } = warned('published');
    beat(100_000, {}, null, 60_000);
    beat(110_000, {}, null, 60_000);
    expect(lines).toMatchObject([{ level: 40, aheadMs: 60_000 }]);
  });

  test('tell of another live owner once, when it appears', () => {
    const { lines, beat } = warned('container');
    beat(100_000, { gone: 9_999 });
    expect(lines).toEqual([]);
    beat(100_000, { other: 99_000 });
    beat(101_000, { other: 100_000 });
    expect(lines).toMatchObject([{ level: 40, otherOwners: ['other'] }]);
    beat(900_000, { other: 100_000 });
    beat(901_000, { other: 900_500 });
    expect(lines).toHaveLength(2);
  });

  test('count another owner as live by its own lease, not by ours', () => {
    const { lines, beat } = warned('container');
    beat(100_000, { quick: 95_000 }, 4_000);
    expect(lines).toEqual([]);
    beat(1_000_000, { slow: 100_000 }, 1_000_000);
    expect(lines).toMatchObject([{ level: 40, otherOwners: ['slow'] }]);
  });

  test('do not take another owner of the same engine for another engine, but a clone of it', () => {
    const { lines, beat, session } = warned('container');
    session(false);
    beat(100_000, { y: 99_000, clone: 99_000 });
    expect(lines).toMatchObject([
      { level: 40, otherOwners: ['clone'], msg: expect.stringContaining('Another engine') },
      { level: 40, otherOwners: ['y'], msg: expect.stringContaining('of this engine, too') },
    ]);
  });

  test('are silent about another host that publishes ports, whose addresses are no bridge’s', () => {
    const { lines, beat } = warned('container');
    beat(100_000, { other: 99_000 }, null, 0, 'published');
    expect(lines).toEqual([]);
    beat(100_000, { second: 99_000 }, null, 0, 'container');
    expect(lines).toMatchObject([{ level: 40, otherOwners: ['second'] }]);
  });

  test('are silent about an owner of whom nobody knows when it passed', () => {
    const { lines, beat } = warned('container');
    beat(100_000, { other: null });
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

  test.for(['127.0.0.1', '::1'])('tell of other hosts whose fronts do not reach %s', (address) => {
    const { lines, beat } = warned('published', address);
    beat(100_000, { other: 99_000 });
    beat(101_000, { other: 100_000 });
    expect(lines).toMatchObject([{ level: 40, hostAddress: address, otherOwners: ['other'] }]);
    expect(lines[0]?.remedy).toContain('AUTODOCK_HOST_ADDRESS');
  });

  test.for([
    ['published ports', 'published', { sharedNetwork: true, swarm: false }, 1],
    ['published ports of a node', 'published', { sharedNetwork: true, swarm: true }, 0],
    ['addresses of containers', 'container', { sharedNetwork: true, swarm: false }, 0],
  ] as const)('know what a network that joins containers is to %s', ([, address, more, lines]) => {
    const one = warned(address, '127.0.0.1', more);
    one.beat(100_000, { other: 99_000 });
    expect(one.lines).toHaveLength(lines);
  });

  test('are silent with published ports, where neither matters', () => {
    const { lines, beat, session } = warned('published');
    session(true);
    beat(100_000, { other: 99_000 });
    expect(lines).toEqual([]);
  });
});
