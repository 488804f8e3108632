import type { AppliedVhost } from '../../apply/reply.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { problemLine } from '../problem.ts';

/** Says on stderr why something was not done. */
export function tell({ stderr }: Pick<Surroundings, 'stderr'>, problem: string): ExitCode {
  stderr.write(problemLine(problem, 'hipachectl'));
  return 1;
}

/** Why a vhost was left alone, and what to do. */
export function faultProblem({ key, problem }: Extract<AppliedVhost, { kind: 'fault' }>): string {
  return `${key}: ${problem}; nothing was changed. Look at it with redis-cli (TYPE, then DEL or HDEL), and try again`;
}
