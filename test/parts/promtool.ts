import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** How a run of promtool ended, and all that it said. */
export interface PromtoolResult {
  readonly code: number | null;
  readonly said: string;
}

/** Runs Prometheus' own checker to its end. */
export async function promtool(args: readonly string[], input = ''): Promise<PromtoolResult> {
  const child = spawn('promtool', [...args]);
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said: (await said).join('') };
}
