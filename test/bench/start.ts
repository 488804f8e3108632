import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { request } from '../parts/front.ts';
import { openSystem, type System } from '../parts/system.ts';
import { CALM_MS, createOne, startCrowd } from './crowd.ts';
import { wallClockMs } from './process-cost.ts';
import { distribution, type Measurement } from './table.ts';

const TIMES = 40;

/** From a container's start to its route, and to the first answer through the front. */
export async function measureStart(): Promise<readonly Measurement[]> {
  const system = await openSystem({ gated: false, env: { AUTODOCK_HOLD: '10s' } });
  const events = await watchStarts(system);
  const writes = await watchWrites(system);
  try {
    await startCrowd(system);
    const toRoute: number[] = [];
    const toAnswer: number[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const host = system.host(`start-${time}`);
      const container = await createOne(system, host);
      await sleep(CALM_MS);
      await container.start();
      const returned = performance.now();
      await firstAnswer(system, host, container.answer());
      toAnswer.push(performance.now() - returned);
      const [started, written] = [await events.of(container.id), await writes.of(host)];
      toRoute.push(written - started);
      await container.remove();
      await system.routes.isHeld(host);
    }
    return [
      { what: 'start event to route in Redis', result: distribution(toRoute), aim: 'median < 25' },
      {
        what: '`docker start` returned to first 200',
        result: distribution(toAnswer),
        aim: 'median < 25, p90 < 50',
      },
    ];
  } finally {
    events.close();
    writes.close();
    await system.close();
  }
}

async function firstAnswer({ front }: System, host: string, body: string): Promise<void> {
  for (;;) {
    const answer = await request(front.port, host);
    if (answer.status === 200 && answer.body.trim() === body) return;
  }
}

/** When each container started, by the engine's own clock. */
async function watchStarts({ docker }: System) {
  const filters: Record<string, string[]> = { type: ['container'], event: ['start'] };
  const stream = (await docker.engine.getEvents({ filters })) as unknown as Readable;
  const seen = createMoments();
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter(Boolean)) {
      const event = JSON.parse(line) as { Actor: { ID: string }; timeNano: number };
      seen.note(event.Actor.ID, event.timeNano / 1e6);
    }
  });
  return { of: seen.of, close: () => stream.destroy() };
}

/** When each vhost's list was first written, as the notification of it came. */
async function watchWrites({ redis }: System) {
  await redis.client.config('SET', 'notify-keyspace-events', 'Kl');
  const subscriber = new Redis({ path: redis.socket });
  const seen = createMoments();
  const prefix = '__keyspace@0__:frontend:';
  await subscriber.psubscribe(`${prefix}*`);
  subscriber.on('pmessage', (_pattern: string, channel: string) => {
    seen.note(channel.slice(prefix.length), wallClockMs());
  });
  return { of: seen.of, close: () => subscriber.disconnect() };
}

function createMoments() {
  const moments = new Map<string, number>();
  return {
    note: (name: string, at: number) => {
      if (!moments.has(name)) moments.set(name, at);
    },
    of: async (name: string): Promise<number> => {
      for (;;) {
        const at = moments.get(name);
        if (at !== undefined) return at;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
  };
}
