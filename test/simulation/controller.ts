import { pino } from 'pino';
import type { Config } from '../../src/config/config.ts';
import { comesBack, startHeartbeat } from '../../src/daemon/heartbeat.ts';
import { assembleParts, type Parts } from '../../src/daemon/parts.ts';
import { startReaper } from '../../src/daemon/reaper.ts';
import { startSweep } from '../../src/daemon/sweep.ts';
import { startHub } from '../../src/daemon/triggers.ts';
import { startUpkeep } from '../../src/daemon/upkeep.ts';
import { type Connectors, wire } from '../../src/pass/clients.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import type { Mutant } from './mutant.ts';
import type { Process, Time } from './time.ts';

/** A controller: all of it but its clients, its HTTP server and its log. */
export interface SimulatedController {
  readonly process: Process;
  readonly parts: Parts;
  /** Why it ended by itself; null: it did not. */
  readonly ended: Error | null;
  /** kill -9. */
  crash(): void;
}

export interface ControllerOptions {
  readonly time: Time;
  readonly process: Process;
  readonly config: Config;
  readonly connect: Connectors;
  readonly mutant: Mutant;
}

const SILENT = pino({ level: 'silent' });
/** One for all: nothing depends on what it counts, and it is costly to make. */
const METRICS = createMetrics('simulated');

/** Starts a controller as `autodock run` does. */
export function startController(options: ControllerOptions): SimulatedController {
  const { time, process, config, connect, mutant } = options;
  let ended: Error | null = null;
  let stopAll = () => {};
  const end = (error: unknown) => {
    ended ??= error instanceof Error ? error : new Error(String(error));
    process.alive = false;
  };
  const whole = assembleParts({
    ...{ config, log: SILENT, version: 'simulated', metrics: METRICS },
    wire: (settings, handlers) => {
      const wiring = wire(settings, handlers, { connect: mutant.connect(connect) });
      return {
        ...wiring,
        stages: async (mode) => mutant.stages(await wiring.stages(mode)),
      };
    },
  });
  const parts: Parts = {
    ...whole,
    trigger: (reason, eventAt) => {
      if (mutant.hears(reason)) whole.trigger(reason, eventAt);
    },
  };
  time.after(
    0,
    () => {
      parts.runner.listen(startUpkeep(parts));
      parts.runner.listen(startSweep(parts));
      parts.loop.run(parts.runner).catch(end);
      parts.wiring.redis.open();
      const heartbeat = startHeartbeat(parts, [comesBack(parts), startReaper(parts)]);
      parts.runner.listen(heartbeat.passEnded);
      const ends = [startHub(parts, end), heartbeat.close];
      stopAll = () => {
        for (const endOne of ends) endOne();
      };
    },
    process,
  );
  return {
    process,
    parts,
    get ended() {
      return ended;
    },
    crash() {
      process.alive = false;
      // Gives back what the operating system would: nothing that it does reaches anybody.
      stopAll();
    },
  };
}
