import { cpus, release, totalmem } from 'node:os';
import Dockerode from 'dockerode';
import { engineSocket } from '../parts/docker.ts';
import { startRedis } from '../parts/redis.ts';

/** What a figure is worth nothing without. */
export async function machineFacts(): Promise<string> {
  const engine = (await new Dockerode({ socketPath: engineSocket() }).version()) as {
    readonly Version: string;
    readonly ApiVersion: string;
  };
  const redis = await startRedis();
  const info = await redis.client.info('server');
  await redis.stop();
  const cores = cpus();
  return [
    `processor   ${cores.length} x ${cores[0]?.model ?? 'unknown'}`,
    `memory      ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `kernel      ${release()}`,
    `engine      ${engine.Version} (API ${engine.ApiVersion})`,
    `redis       ${/redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown'}`,
    `node        ${process.version}`,
    `date        ${new Date().toISOString()}`,
  ].join('\n');
}
