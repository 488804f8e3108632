import { Agent } from 'node:http';
import type { ChainableCommander } from 'ioredis';
import { waitFor } from '../parts/wait-for.ts';
import type { Keys, Step } from './cases/case.ts';
import { sendHttp } from './send.ts';
import type { Stage } from './stage.ts';
import type { Target } from './target.ts';

const SETTLED = 'settled.test';

/** Deletes every route and mark. */
export async function clear({ redis }: Target): Promise<void> {
  for (const pattern of ['frontend:*', 'dead:*', 'autodock:options:*']) {
    const keys = await redis.keys(pattern);
    if (keys.length > 0) await redis.del(...keys);
  }
}

/** Writes keys in one step, as a controller does. */
export async function write({ redis }: Target, stage: Stage, keys: Keys): Promise<void> {
  const lists = await Promise.all(
    Object.entries(keys.lists ?? {}).map(async ([vhost, entries]) => {
      const urls = entries && (await Promise.all(entries.map((entry) => stage.entry(entry))));
      return [vhost, urls] as const;
    }),
  );
  const change = redis.multi();
  for (const [vhost, urls] of lists) {
    change.del(`frontend:${vhost}`);
    if (urls !== null) change.rpush(`frontend:${vhost}`, vhost, ...urls);
  }
  for (const [host, slots] of Object.entries(keys.dead ?? {})) {
    change.del(`dead:${host}`);
    if (slots.length > 0) change.sadd(`dead:${host}`, ...slots);
    if (keys.deadMs !== undefined) change.pexpire(`dead:${host}`, keys.deadMs);
  }
  ask(change, keys.options);
  for (const [key, text] of Object.entries(keys.texts ?? {})) change.set(key, text);
  await change.exec();
}

/** Adds what an owner writes of its vhosts whose container was the first of all. */
function ask(change: ChainableCommander, options: Keys['options'] = {}): void {
  for (const [vhost, asked] of Object.entries(options)) {
    const since = Object.fromEntries(Object.keys(asked).map((word) => [word, 1]));
    change.hset(`autodock:options:${vhost}`, 'owner', JSON.stringify({ ...asked, since }));
  }
}

/** Takes a step that sends nothing; none for the others. */
export async function arrange(target: Target, stage: Stage, step: Step): Promise<void> {
  switch (step.kind) {
    case 'change':
      return write(target, stage, step.keys);
    case 'freeze':
      await target.redis.client('PAUSE', step.ms, 'ALL');
      return;
    case 'marked':
      await waitFor(`${step.host} to have the marks ${step.slots.join(' ')}`, async () => {
        const slots = await marksOf(target, step.host);
        if (slots.join() !== step.slots.join()) throw new Error(slots.join());
      });
      return;
    default:
  }
}

/** The slots that are marked dead for a host, in order. */
export async function marksOf({ redis }: Target, host: string): Promise<readonly string[]> {
  const slots = await redis.smembers(`dead:${host}`);
  return slots.sort((a, b) => Number(a) - Number(b));
}

/** What is published on `dead` from now on. */
export async function listen(
  { redis, profile }: Target,
  stage: Stage,
): Promise<{ readonly messages: readonly string[]; close(): void }> {
  const subscriber = redis.duplicate();
  const messages: string[] = [];
  subscriber.on('message', (_channel, message: string) => {
    if (message.startsWith(`${SETTLED};`)) return;
    const [host, url = '', ...rest] = stage.named(message).split(';');
    const bare = profile.messageSuffix === '/' ? url.replace(/\/$/, '') : url;
    messages.push([host, bare, ...rest].join(';'));
  });
  await subscriber.subscribe('dead');
  return { messages, close: () => subscriber.disconnect() };
}

/**
 * Waits until a mark that the proxy might have begun to write would be there: one for another host, begun
 * later, has come.
 */
export async function settle(target: Target, stage: Stage): Promise<void> {
  await write(target, stage, { lists: { [SETTLED]: ['refused', 'B9'] }, dead: { [SETTLED]: [] } });
  await waitFor('a later mark', async () => {
    await sendHttp(target.proxy, { kind: 'http', host: SETTLED }, new Agent(), () => undefined);
    if ((await target.redis.scard(`dead:${SETTLED}`)) === 0) throw new Error('not marked');
  });
}
