import type { Command } from 'commander';
import { runOnce } from '../pass/once.ts';
import type { ExitCode } from './exit-code.ts';
import type { Invoke, Session } from './invoke.ts';
import { print } from './output.ts';
import { problemLine } from './problem.ts';

/** `autodock once`: one pass, for cron and CI. */
export function defineOnce(program: Command, invoke: Invoke): void {
  program
    .command('once')
    .description('one pass, then exit')
    .action((_options: unknown, command: Command) =>
      invoke(command, { logTo: 'stderr', body: once }),
    );
}

async function once(session: Session): Promise<ExitCode> {
  const { stdout, stderr } = session;
  const { text, failed } = await runOnce(session);
  await print(stdout, `${text}\n`);
  for (const problem of failed) stderr.write(problemLine(problem));
  return failed.length > 0 ? 1 : 0;
}
