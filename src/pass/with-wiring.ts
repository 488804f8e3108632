import type { Logger } from 'pino';
import { monotonic } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Wiring } from './clients.ts';

/** Runs `work` with the clients of a command that soon ends, and closes them. */
export async function withWiring<T>(
  config: Config,
  log: Logger,
  work: (wiring: Wiring) => Promise<T>,
): Promise<T> {
  const startedAt = monotonic();
  // The clients are most of what this program loads; help, versions and completion do without them.
  const { wire } = await import('./clients.ts');
  const wiring = wire(config, {
    redis: {},
    onDockerResult: () => undefined,
    onDockerListed: () => undefined,
    onSession: ({ engine, apiVersion }) => log.debug({ engine, apiVersion }, 'Docker answered'),
    onLateInspection: () => undefined,
    onNetworksDenied: () => log.debug('Docker does not tell about networks'),
  });
  try {
    return await work(wiring);
  } finally {
    wiring.close();
    log.debug({ ms: Math.round(monotonic() - startedAt) }, 'Done');
  }
}
