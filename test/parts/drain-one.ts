import type { RedisPart } from './redis.ts';

/** As `autodock drain` does, for the only owner that there is. */
export async function drainOne({ client }: RedisPart, id: string): Promise<void> {
  const [owner] = await client.zrange('autodock:owners', '0', '0');
  await client.hset(`autodock:drain:${owner}`, id.slice(0, 12), '{"by":"somebody"}');
}
