import { runOnce } from '../../pass/once.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print } from '../output.ts';
import { problemLine } from '../problem.ts';

/** Runs one pass, and prints what it did. */
export async function once(surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr } = surroundings;
  const { text, failed } = await runOnce(surroundings);
  await print(stdout, `${text}\n`);
  for (const problem of failed) stderr.write(problemLine(problem));
  return failed.length > 0 ? 1 : 0;
}
