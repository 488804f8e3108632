import type { MakeSource } from '../observe/workloads.ts';
import { wire } from '../pass/clients.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { startPluginBus } from './bus.ts';
import { comesBack, startHeartbeat } from './heartbeat.ts';
import { noteHosts, tellEngine } from './hosts.ts';
import { startHttp } from './http.ts';
import { startOverseer } from './overseer.ts';
import { assembleParts, type Parts } from './parts.ts';
import { startReaper } from './reaper.ts';
import { startSweep } from './sweep.ts';
import { startHub } from './triggers.ts';
import { startUpkeep } from './upkeep.ts';

/** The daemon. */
export interface Controller {
  /**
   * Resolves once the HTTP server and the plugin bus listen and the loop runs.
   * @throws ConfigError if the address cannot be listened on
   */
  start(): Promise<void>;
  /** Finishes the apply in hand and closes everything; the routes stay. */
  stop(): Promise<void>;
  /** Resolves with the reason when the daemon must end by itself. */
  readonly fatal: Promise<Error>;
}

/** What a controller is made of. */
export interface ControllerOptions extends Pick<Parts, 'config' | 'log' | 'version'> {
  /** How many lines of the log are lost so far, as nobody read them. */
  readonly lostLines: () => number;
  /** Where workloads come from besides the engine's containers. */
  readonly sources: readonly MakeSource[];
}

/** Composition root of `autodock run`: constructs every part and wires them; sends nothing before `start`. */
export function createController({ sources, lostLines, ...given }: ControllerOptions): Controller {
  const { version, log } = given;
  const parts = assembleParts({
    ...given,
    metrics: createMetrics(version, lostLines),
    wire: (config, handlers) => wire(config, handlers, { sources }),
  });
  const { loop, runner, wiring } = parts;
  let end: (error: Error) => void = () => undefined;
  const fatal = new Promise<Error>((resolve) => {
    end = resolve;
  });
  const stopping = new AbortController();
  /** What ends what was started, the last first. */
  const ends: (() => void | Promise<void>)[] = [wiring.close];
  return {
    fatal,
    async start() {
      const server = await startHttp(parts, stopping.signal);
      ends.unshift(server.close);
      const bus = await startPluginBus(parts);
      if (bus !== null) {
        runner.listen(bus.passEnded);
        ends.unshift(bus.close);
      }
      runner.listen(startUpkeep(parts));
      runner.listen(startSweep(parts));
      runner.listen(tellEngine(parts));
      const hearers = [comesBack(parts), noteHosts(parts), startReaper(parts)];
      const heartbeat = startHeartbeat(parts, hearers);
      runner.listen(heartbeat.passEnded);
      ends.unshift(heartbeat.close);
      const run = loop.run(runner).catch((error: unknown) => end(asError(error)));
      ends.unshift(() => run);
      wiring.redis.open();
      ends.unshift(startHub(parts, end));
      if (parts.config.swarm) ends.unshift(startOverseer(parts));
      log.info({ version, port: server.port }, 'Controller started');
    },
    async stop() {
      stopping.abort();
      loop.stop();
      wiring.cancelReads();
      for (const endOne of ends) await endOne();
      log.info('Controller stopped; routes stay');
    },
  };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
