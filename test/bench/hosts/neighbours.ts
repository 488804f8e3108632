import type { Redis } from 'ioredis';

/** Of each neighbour, and of the owner that is measured. */
export const VHOSTS_PER_OWNER = 100;

/** As long as the ID of an engine. */
export function ownerName(n: number): string {
  return `ABCD:EFGH:IJKL:MNOP:QRST:UVWX:YZ23:4567:ABCD:EFGH:IJKL:${String(n).padStart(4, '0')}`;
}

export function vhostsOf(n: number): readonly string[] {
  return Array.from({ length: VHOSTS_PER_OWNER }, (_, i) => `app-${i}.host-${n}.example.com`);
}

/** Owners that are at work with routes of their own, as this build and those before it leave them. */
export async function addNeighbours(redis: Redis, count: number): Promise<void> {
  const run = /run_id:(\w+)/.exec(await redis.info('server'))?.[1] ?? '';
  for (let n = 1; n <= count; n++) {
    const [owner, url] = [ownerName(n), `http://10.1.${n >> 8}.${n & 255}:80`];
    const claim = JSON.stringify({ [url]: ['bbbbbbbbbbbb'] });
    const at = Date.now();
    const told = { at, redis: run, leaseMs: 86_400_000, address: 'published', version: '1.0.0' };
    const record = { id: owner, name: `host-${n}`, ...told, nonce: `run-${n}`, index: 1 };
    const pipeline = redis.pipeline();
    pipeline.zadd('autodock:owners', at, owner);
    pipeline.set(`autodock:engine:${owner}`, JSON.stringify(record));
    for (const vhost of vhostsOf(n)) {
      pipeline.rpush(`frontend:${vhost}`, vhost, url);
      pipeline.hset(`autodock:owner:${owner}`, vhost, claim);
      pipeline.sadd(`autodock:claims:${vhost}`, owner);
    }
    await pipeline.exec();
  }
}
