import type { Logger } from 'pino';
import { monotonic } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { type Wiring, type WiringHandlers, type WiringOptions, wire } from './clients.ts';

/** What a command that soon ends was given. */
export interface CommandContext extends Pick<WiringOptions, 'sources'> {
  readonly config: Config;
  readonly logger: Logger;
}

/**
 * Runs `work` with the clients of a command that soon ends, and closes them.
 *
 * @param access `read`: a replica of Redis will do
 */
export async function withWiring<T>(
  { config, logger: log, sources = [] }: CommandContext,
  access: 'read' | 'write',
  work: (wiring: Wiring) => Promise<T>,
): Promise<T> {
  const startedAt = monotonic();
  const handlers: WiringHandlers = {
    redis: { onStale: (warning) => log.warn(warning) },
    onDockerResult: () => undefined,
    onDockerListed: () => undefined,
    onSession: ({ engine, apiVersion }) => log.debug({ engine, apiVersion }, 'Docker answered'),
    onLateInspection: () => undefined,
    onNetworksDenied: () => log.debug('Docker does not tell about networks'),
  };
  const wiring = wire(config, handlers, { sources, access });
  try {
    return await work(wiring);
  } finally {
    wiring.close();
    log.debug({ ms: Math.round(monotonic() - startedAt) }, 'Done');
  }
}
