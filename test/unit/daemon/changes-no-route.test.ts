import { describe, expect, test } from 'vitest';
import { changesNoRoute } from '../../../src/daemon/changes-no-route.ts';
import type { Workload } from '../../../src/model/workload.ts';

type Asked = Parameters<typeof changesNoRoute>[0];

const ID = 'a'.repeat(64);

interface Known {
  readonly asksForNothing?: boolean;
  readonly result?: 'in_sync' | 'refused' | 'none';
  readonly swarm?: boolean;
  readonly networkMode?: string;
}

function partsWith({ asksForNothing = true, result = 'in_sync', ...known }: Known): Asked {
  const { swarm = false, networkMode = 'bridge' } = known;
  const workloads = [{ networkMode }] as unknown as readonly Workload[];
  const lastGood = result === 'none' ? null : { result, workloads };
  return {
    config: { swarm },
    status: { lastGood },
    wiring: { asksForNothing: () => asksForNothing },
  } as unknown as Asked;
}

describe('what happens to a container', () => {
  test('that asks for nothing changes no route', () => {
    expect(changesNoRoute(partsWith({}), ID)).toBe(true);
  });

  test.each<readonly [string, Known]>([
    ['that may ask for one', { asksForNothing: false }],
    ['before the first good pass', { result: 'none' }],
    ['while removals are put off, which hang on who has an address', { result: 'refused' }],
    ['whose network another one shares', { networkMode: `container:${ID}` }],
    [
      'whose network another one shares, by a short id',
      { networkMode: `container:${ID.slice(0, 12)}` },
    ],
    ['whose network another one may share, by a name', { networkMode: 'container:vpn' }],
    [
      'whose network another one may share, by a name as long as an id',
      { networkMode: 'container:shop-vpn-client-1' },
    ],
    ['in a swarm, where its service may ask', { swarm: true }],
  ])('%s may change one', (_which, known) => {
    expect(changesNoRoute(partsWith(known), ID)).toBe(false);
  });

  test('that asks for nothing changes none where another one has a sharer', () => {
    const networkMode = `container:${'b'.repeat(64)}`;
    expect(changesNoRoute(partsWith({ networkMode }), ID)).toBe(true);
  });

  test('that cannot be told may change one', () => {
    expect(changesNoRoute(partsWith({}), 'not an id')).toBe(false);
  });
});
