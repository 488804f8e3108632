import { runOnce } from '../../pass/once.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Session } from '../invoke.ts';
import { print } from '../output.ts';
import { problemLine } from '../problem.ts';

/** Runs one pass, and prints what it did. */
export async function once(session: Session): Promise<ExitCode> {
  const { stdout, stderr } = session;
  const { text, failed } = await runOnce(session);
  await print(stdout, `${text}\n`);
  for (const problem of failed) stderr.write(problemLine(problem));
  return failed.length > 0 ? 1 : 0;
}
