import { expect, test } from 'vitest';
import type { RedisCommand, RedisConnection } from '../../../src/clients/redis.ts';
import type { Epoch, Owner } from '../../../src/model/ids.ts';
import { keysWithPrefix } from '../../../src/model/keys.ts';
import { createKeyWatch } from '../../../src/observe/frontends/key-watch.ts';
import type { OpenReply } from '../../../src/observe/frontends/opening.ts';
import type { Block } from '../../../src/observe/frontends/script-read.ts';

const BLOCK: Block = {
  ...{ vhosts: ['a.test'], digest: 'd', frontends: [], untold: [], isSettled: true },
};
const MINUTE = 60_000;

interface Server {
  id: number;
  run: string;
  /** Whether it tells that something was written. */
  tells: boolean;
}

function opened(now: number, run: string): OpenReply {
  return {
    ...{ kind: 'opened', epoch: '1/x' as Epoch, clock: { now, run }, ownClaims: 0 },
    ...{ isIndexed: true, isAllIndexed: true, writtenIn: null, isAsked: false },
  };
}

/** Passes whose watched keys nobody writes to; each tells whether it read nothing. */
function passes(server: Server) {
  const info = (isWritten: boolean) =>
    `id=${server.id} addr=x name=flags=d flags=${isWritten && server.tells ? 'd' : 'N'}`;
  const read = async (commands: readonly RedisCommand[]) =>
    commands.map(([name]) => (name === 'client' ? info(commands[0]?.[0] === 'client') : 'OK'));
  const redis = { claimWatch: () => true, read } as unknown as RedisConnection;
  const watch = createKeyWatch(redis, { keys: keysWithPrefix(''), owner: 'me' as Owner });
  return async (now: number, isKnown = true): Promise<boolean> => {
    const { spared, after, end, keep } = await watch.plan([BLOCK], true);
    const told = after.map(([name]) => (name === 'client' ? info(false) : '1'));
    const isSpared = await end(opened(now, server.run), told);
    keep(() => isKnown);
    return isSpared && spared.has(BLOCK);
  };
}

async function settled(server: Server) {
  const pass = passes(server);
  expect([await pass(0), await pass(0), await pass(0)]).toEqual([false, false, true]);
  return pass;
}

function newServer(): Server {
  return { id: 1, run: 'r1', tells: true };
}

test('what nobody wrote to is spared for some minutes, and then is read once', async () => {
  const pass = await settled(newServer());
  const spared: boolean[] = [];
  for (let n = 1; n <= 22; n++) spared.push(await pass((n * MINUTE) / 2));

  expect(spared.filter((one) => !one)).toHaveLength(2);
});

test('where passes are rare each one reads all', async () => {
  const pass = await settled(newServer());
  const spared: boolean[] = [];
  for (let n = 1; n < 10; n++) spared.push(await pass(n * 60 * MINUTE));

  expect(spared).not.toContain(true);
});

test('a clock that goes back prolongs nothing', async () => {
  const pass = passes(newServer());
  for (let n = 0; n < 3; n++) await pass(100 * MINUTE);

  expect(await pass(0)).toBe(false);
});

test('a write that Redis did not tell of is told, and nothing is left to it any more', async () => {
  const pass = await settled(newServer());
  await pass(6 * MINUTE);
  await expect(pass(7 * MINUTE, false)).rejects.toThrow('Redis noted no write');

  for (let n = 0; n < 9; n++) expect(await pass(8 * MINUTE)).toBe(false);
});

test.for([
  ['another connection', { id: 2 }],
  ['another server', { run: 'r2' }],
] as const)('%s is not trusted before it has shown that it tells of writes', async ([, other]) => {
  const server = newServer();
  const pass = await settled(server);
  Object.assign(server, other);
  const again = [await pass(0), await pass(0), await pass(0), await pass(0)];
  expect(again).toEqual([false, false, false, true]);

  const mute = newServer();
  const passMute = await settled(mute);
  Object.assign(mute, other, { tells: false });
  for (let n = 0; n < 9; n++) expect(await passMute(0)).toBe(false);
});
