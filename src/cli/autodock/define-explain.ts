import { type Command, Option } from 'commander';
import { MEANINGS } from '../../explain/meaning.ts';
import type { Invoke, Surroundings } from '../invoke.ts';
import type { ExplainOptions } from './explain.ts';
import { EXPLAIN_HELP } from './explain-help.ts';

/** `autodock explain`: why a container or a host is routed as it is, or is not. Writes nothing. */
export function defineExplain(program: Command, invoke: Invoke): void {
  program
    .command('explain')
    .argument(
      '[name]',
      'a container (name, or beginning of its id) or a host; default: all containers',
    )
    .description('say why a container or a host is routed, or is not; writes nothing')
    .addOption(new Option('--as <what>', 'what the name is, if it could be both').choices(MEANINGS))
    .option('--json', 'print JSON')
    .addHelpText('after', EXPLAIN_HELP)
    .action((name: string | undefined, options: ExplainOptions, command: Command) => {
      const question = name === undefined ? null : { name, as: options.as ?? null };
      const body = async (surroundings: Surroundings) =>
        (await import('./explain.ts')).explain(question, options, surroundings);
      return invoke(command, { logTo: 'stderr', body });
    });
}
