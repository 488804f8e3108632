import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Controller } from '../parts/controller.ts';
import { waitFor } from '../parts/wait-for.ts';

/** What a controller holds once its garbage is collected. */
export interface Holding {
  readonly heapMib: number;
  readonly residentMib: number;
  /** Timers, sockets and the like by their kind, with how many there are. */
  readonly resources: Readonly<Record<string, number>>;
  /** Open files. */
  readonly files: number;
}

const PROBE = fileURLToPath(new URL('probe.mjs', import.meta.url));
const MIB = 1_048_576;

/** For a controller that is to be asked by {@link ask}. */
export const PROBED = { NODE_OPTIONS: `--import=${PROBE}` };

interface Line {
  readonly heapUsed: number;
  readonly rss: number;
  readonly resources: readonly string[];
}

/** Asks a controller that was started with {@link PROBED}. */
export async function ask(controller: Controller): Promise<Holding> {
  const answers = () => controller.logs.filter((line) => 'probe' in line);
  const before = answers().length;
  controller.signal('SIGUSR2');
  const { heapUsed, rss, resources } = await waitFor('the probe', () => {
    const line = answers()[before];
    if (line === undefined) throw new Error('nothing said');
    return line.probe as Line;
  });
  return {
    heapMib: heapUsed / MIB,
    residentMib: rss / MIB,
    resources: Object.fromEntries(
      [...new Set(resources)].map((kind) => [kind, resources.filter((one) => one === kind).length]),
    ),
    files: readdirSync(`/proc/${controller.pid}/fd`).length,
  };
}
