import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { slowestScriptMs } from '../../parts/redis-looks.ts';
import { waitUntil } from '../../parts/wait-for.ts';
import type { Aim, Row, Scene } from './row.ts';

const CROWD = 'crowd';
const SCRIPT_MS = 5;
const LONG = { timeoutMs: 420_000, everyMs: 250 };

const CALM: Aim = {
  text: `right at the end, nothing else flickers, scripts below ${SCRIPT_MS} ms`,
  isMet: ({ failed, more }) =>
    failed === 0 && more['other lists'] === 1 && Number(more['longest script ms']) < SCRIPT_MS,
};

/** So many tasks, each with a host of its own, come and go at once, while another service has the traffic. */
export function crowdRow(count: number): Row {
  return {
    what: `${count} tasks started and removed at once`,
    aim: CALM,
    isOurs: true,
    happen: async (scene) => {
      const { client } = await scene.ground.redis();
      await client.config('SET', 'slowlog-log-slower-than', 1_000);
      await client.config('SET', 'slowlog-max-len', 10_000);
      await client.call('SLOWLOG', 'RESET');
      const watch = watchList(client, scene.host);
      try {
        const came = await timeOf(() => start(scene, client, count));
        const went = await timeOf(() => remove(scene, client));
        const longest = (await slowestScriptMs(client)).toFixed(1);
        const lists = await watch.stop();
        return {
          ...{ 'other lists': lists.length, 'longest script ms': longest },
          ...{ 'all routed after': came, 'none after': went },
          ...(lists.length > 1 ? { 'they were': lists.join(', then ') } : {}),
        };
      } finally {
        await watch.stop();
        client.disconnect();
      }
    },
    mend: async ({ asked }) => void (await asked.run('docker', ['service', 'rm', CROWD])),
  };
}

async function start({ asked, ground }: Scene, client: Redis, count: number): Promise<void> {
  await asked.docker(
    ...['service', 'create', '-d', '--no-resolve-image', '--name', CROWD, '--network', 'autodock'],
    ...['--endpoint-mode', 'dnsrr', '--replicas', String(count)],
    ...['-e', `VIRTUALHOST=${CROWD}-{{.Task.Slot}}.local`, ground.image],
  );
  await waitUntil('all to be routed', async () => (await routed(client)) === count, LONG);
}

async function remove({ asked }: Scene, client: Redis): Promise<void> {
  await asked.docker('service', 'rm', CROWD);
  await waitUntil('none to be left', async () => (await routed(client)) === 0, LONG);
}

/** How many of their hosts have a list. */
async function routed(client: Redis): Promise<number> {
  let [cursor, count] = ['0', 0];
  do {
    const [next, keys] = await client.scan(cursor, 'MATCH', `frontend:${CROWD}-*`, 'COUNT', 500);
    [cursor, count] = [next, count + keys.length];
  } while (cursor !== '0');
  return count;
}

/** Tells which different lists a host had meanwhile, in the order in which they came up. */
function watchList(client: Redis, host: string) {
  const seen = new Set<string>();
  let stopped = false;
  const look = async () => {
    while (!stopped) {
      seen.add(JSON.stringify(await client.lrange(`frontend:${host}`, 0, -1)));
      await sleep(20);
    }
  };
  const looking = look();
  return {
    async stop() {
      stopped = true;
      await looking;
      return [...seen];
    },
  };
}

async function timeOf(work: () => Promise<void>): Promise<string> {
  const began = performance.now();
  await work();
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}
