import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../laws/random.ts';
import { waitFor } from '../../parts/wait-for.ts';
import { type Host, type HostsStage, LEASE_MS, SHARED, startResident } from './stage.ts';

/** Something that goes wrong, and is mended when the promise resolves. */
export type Fault = () => Promise<void>;

/** Longer than a lease, and time to be found. */
const LONGEST_MS = 2.2 * LEASE_MS;
const SHORTEST_MS = 300;

/** Every fault by its name. */
export function faultsOf(stage: HostsStage, random: Random): Readonly<Record<string, Fault>> {
  const aWhile = (mostMs = LONGEST_MS) => sleep(SHORTEST_MS + random.int(mostMs - SHORTEST_MS));
  const ofHost = (act: (host: Host) => Promise<void>) => () =>
    inTrouble(random.pick(stage.hosts), act);
  const ofRedis = (act: () => Promise<void>) => async () => {
    stage.redisWellSince = null;
    await act();
    await settled(stage);
    stage.redisWellSince = performance.now();
  };
  return {
    'link of a host cut': ofHost(async ({ engine }) => {
      await engine.link('down');
      await aWhile();
      await engine.link('up');
    }),
    'link of a host cut again and again': ofHost(async ({ engine }) => {
      for (let times = 2 + random.int(4); times > 0; times--) {
        await engine.link('down');
        await aWhile(3_000);
        await engine.link('up');
        await aWhile(1_500);
      }
    }),
    'controller of a host killed': ofHost(({ controller }) => controller.restart()),
    'controller of a host away': ofHost(async ({ controller }) => {
      await controller.end('SIGKILL');
      await aWhile();
      await controller.restart();
    }),
    'controller of a host stands still': ofHost(async ({ controller }) => {
      controller.signal('SIGSTOP');
      await aWhile();
      controller.signal('SIGCONT');
    }),
    'container of a host made anew': ofHost(async (host) => {
      await host.running.get(SHARED)?.container.remove();
      await startResident(host, SHARED);
    }),
    'failover as ordered': ofRedis(() => stage.redis.fail()),
    'master killed': ofRedis(async () => {
      const master = await stage.redis.master();
      master.kill('SIGKILL');
      await waitForAnother(stage, master.port);
      await master.restart();
    }),
    'master frozen': ofRedis(async () => {
      const master = await stage.redis.master();
      master.kill('SIGSTOP');
      await aWhile();
      master.kill('SIGCONT');
    }),
  };
}

async function inTrouble(host: Host, act: (host: Host) => Promise<void>): Promise<void> {
  host.wellSince = null;
  await act(host);
  host.wellSince = performance.now();
}

async function waitForAnother({ redis }: HostsStage, port: number | null): Promise<void> {
  await waitFor('another master', async () => {
    if ((await redis.master()).port === port) throw new Error('the same');
  });
}

/** Until one is the master, and the others follow it. */
async function settled({ redis }: HostsStage): Promise<void> {
  await waitFor(
    'Redis to be whole again',
    async () => {
      const master = await redis.master();
      const info = await master.client.info('replication');
      const online = info.match(/state=online/g) ?? [];
      if (!info.includes('role:master') || online.length < redis.servers.length - 1) {
        throw new Error(info);
      }
    },
    { everyMs: 250 },
  );
}
