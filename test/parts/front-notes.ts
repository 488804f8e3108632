import type { RedisPart } from './redis.ts';

/** What a front notes while a backend of a vhost accepts none of its connections. */
export async function noteUnproven(
  { client }: Pick<RedisPart, 'client'>,
  vhost: string,
  backend: string,
): Promise<void> {
  const note = { at: Date.now(), reason: 'unproven', backend, host: vhost };
  await client.lpush(`autodock:failures:${vhost}`, JSON.stringify(note));
}

/** What it notes of a request that was not answered. */
export async function noteFailure(
  { client }: Pick<RedisPart, 'client'>,
  vhost: string,
  backend: string,
): Promise<void> {
  const asked = { host: vhost, method: 'GET', status: 502 };
  const note = { at: Date.now(), reason: 'closed', backend, ...asked };
  await client.lpush(`autodock:failures:${vhost}`, JSON.stringify(note));
}

/** All of this of the backend in the first slot, which a front marks dead besides, for ever. */
export async function noteFirstDown(redis: RedisPart, vhost: string, url: string): Promise<void> {
  await redis.client.sadd(`dead:${vhost}`, '0');
  await noteFailure(redis, vhost, url);
  await noteUnproven(redis, vhost, url);
}
