import type { Redis } from 'ioredis';

type SlowCommand = readonly [
  id: number,
  at: number,
  microseconds: number,
  words: readonly string[],
];

/** Redis' own measure of the script that held it up longest; it must log what takes 1 ms. */
export async function slowestScriptMs(client: Redis): Promise<number> {
  const log = (await client.call('SLOWLOG', 'GET', '1000')) as readonly SlowCommand[];
  const scripts = log.filter(([, , , [command = '']]) => /^evalsha?$/i.test(command));
  return Math.max(0, ...scripts.map(([, , microseconds]) => microseconds / 1_000));
}

/** How many scripts were run by their digest so far. */
export function scriptsRun(client: Redis): Promise<number> {
  return commandsRun(client, 'evalsha');
}

/** How often a command was run so far, or since `CONFIG RESETSTAT`. */
export async function commandsRun(client: Redis, name: string): Promise<number> {
  const stats = await client.info('commandstats');
  return Number(new RegExp(`^cmdstat_${name}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? 0);
}

/** How many connections were accepted so far. */
export async function connectionsSeen(client: Redis): Promise<number> {
  return Number(/^total_connections_received:(\d+)/m.exec(await client.info('stats'))?.[1]);
}
