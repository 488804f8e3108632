import type { RedisPart } from './redis.ts';

const NEWEST = { 'autodock.versions': 'newest' };

/** The labels of two containers of one application: the second is of a newer version if it is created later. */
export const TWO_VERSIONS = [NEWEST, { ...NEWEST, 'com.docker.compose.config-hash': '2' }] as const;

/** As `autodock drain` does, for the only owner that there is. */
export async function drainOne({ client }: RedisPart, id: string): Promise<void> {
  const [owner] = await client.zrange('autodock:owners', '0', '0');
  await client.hset(`autodock:drain:${owner}`, id.slice(0, 12), '{"by":"somebody"}');
}

/** As `autodock off` does: one host of which it is told by whom, and one of which it is not. */
export async function takeTwoOff({ client }: RedisPart): Promise<void> {
  await client.hset('autodock:off', 'a.test', '{}', 'b.test', '{"since":1,"by":"me"}');
}
