import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type RedisPart, startRedis } from '../../parts/redis.ts';

/** What the programs are pointed at. */
export interface Parts {
  readonly redis: RedisPart;
  /** An engine without a container. */
  readonly quietHost: string;
  /** An engine with {@link CROWD} containers that ask for a route. */
  readonly crowdedHost: string;
  close(): Promise<void>;
}

/** So many containers run while a controller starts. */
export const CROWD = 50;

const ENGINE = new URL('../simulated-engine.ts', import.meta.url);

/** Starts them, engines as processes of their own: what they cost is theirs. */
export async function openParts(): Promise<Parts> {
  const redis = await startRedis();
  const engines = [0, CROWD].map((size) => fork(ENGINE, [String(size)]));
  const hosts = await Promise.all(
    engines.map(async (engine) => (await once(engine, 'message')) as [string]),
  );
  const [[quietHost], [crowdedHost]] = hosts as [[string], [string]];
  return {
    redis,
    quietHost,
    crowdedHost,
    async close() {
      for (const engine of engines) engine.disconnect();
      await redis.stop();
    },
  };
}
