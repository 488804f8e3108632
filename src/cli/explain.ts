import { type Command, Option } from 'commander';
import { type Facts, problemsOf } from '../explain/facts.ts';
import { find, MEANINGS, type Meaning } from '../explain/find.ts';
import { safeJson } from '../model/json.ts';
import type { Wiring } from '../pass/clients.ts';
import { withWiring } from '../pass/with-wiring.ts';
import { stateOfStopped } from '../survey/stopped.ts';
import { survey } from '../survey/survey.ts';
import type { ExitCode } from './exit-code.ts';
import type { Answer, Question } from './explain-answer.ts';
import { EXPLAIN_HELP } from './explain-help.ts';
import type { Invoke, Session } from './invoke.ts';
import { print } from './output.ts';
import { problemLine } from './problem.ts';
import { terminalOf } from './show/terminal.ts';

const JSON_INDENT = 2;

interface ExplainOptions {
  readonly json?: boolean;
  readonly as?: Meaning;
}

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
      const body = (session: Session) => explain(question, options, session);
      return invoke(command, { logTo: 'stderr', body });
    });
}

async function explain(
  question: Question | null,
  { json }: ExplainOptions,
  session: Session,
): Promise<ExitCode> {
  const { stdout, stderr } = session;
  const { answerAll } = await import('./explain-answer.ts');
  const { facts, answer } = await withWiring(session, 'read', async (wiring) => {
    const seen = await survey(wiring, session.config);
    const found = question === null ? answerAll(seen) : await answerTo(question, seen, wiring);
    return { facts: seen, answer: found };
  });
  if (answer.kind === 'view') {
    const text =
      json === true ? safeJson(answer.view, JSON_INDENT) : answer.show(terminalOf(stdout));
    await print(stdout, `${text}\n`);
  }
  const problems = [...problemsOf(facts), ...(answer.kind === 'nothing' ? [answer.problem] : [])];
  for (const problem of problems) stderr.write(problemLine(problem));
  return problems.length > 0 ? 1 : 0;
}

/** A name that means nothing may be a container that has stopped: the engine knows it, its list does not. */
async function answerTo(question: Question, facts: Facts, wiring: Wiring): Promise<Answer> {
  const { answerOne } = await import('./explain-answer.ts');
  const isUnknown = find(facts, question.name, question.as).kind === 'unknown';
  const stopped =
    isUnknown && facts.running.kind === 'seen' ? await stateOfStopped(wiring, question.name) : null;
  return answerOne(facts, question, stopped);
}
