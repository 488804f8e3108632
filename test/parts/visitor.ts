import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./visitor.mjs', import.meta.url));

/** What the visitors of some hosts were answered. */
export interface Visits {
  readonly right: number;
  /** The host had no backend. */
  readonly none: number;
  /** The backend did not answer. */
  readonly failed: number;
  /** By another host's container. */
  readonly wrong: readonly unknown[];
}

/** Visitors of hosts at their containers. */
export interface Visitors {
  /** Ends them. */
  leave(): Promise<Visits>;
  /** Ends them if they have not left. */
  close(): void;
}

/**
 * Visits hosts all the time, each every so often, from inside a network namespace.
 *
 * @param answers what the container of each host answers
 */
export async function startVisitors(options: {
  readonly namespace: string;
  readonly redisSocket: string;
  readonly everyMs: number;
  readonly answers: ReadonlyMap<string, string>;
}): Promise<Visitors> {
  const { namespace, redisSocket, everyMs, answers } = options;
  const pairs = [...answers].map(([host, answer]) => `${host}=${answer}`);
  const visitor = spawn(
    'nsenter',
    [
      ...[`--net=/run/netns/${namespace}`, process.execPath, PROGRAM],
      ...[redisSocket, String(everyMs), ...pairs],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface(visitor.stdout)[Symbol.asyncIterator]();
  await lines.next();
  return {
    close: () => void visitor.kill(),
    async leave() {
      const gone = once(visitor, 'exit');
      visitor.stdin.end();
      const { value } = await lines.next();
      await gone;
      return JSON.parse(String(value)) as Visits;
    },
  };
}
