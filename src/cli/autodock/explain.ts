import { type Facts, problemsOf } from '../../explain/facts.ts';
import { find } from '../../explain/find.ts';
import type { Meaning } from '../../explain/meaning.ts';
import type { ServiceFacts } from '../../explain/service.ts';
import { safeJson } from '../../model/json.ts';
import { keysWithPrefix } from '../../model/keys.ts';
import type { Wiring } from '../../pass/clients.ts';
import { withWiring } from '../../pass/with-wiring.ts';
import { surveyService } from '../../survey/service.ts';
import { stateOfStopped } from '../../survey/stopped.ts';
import { survey } from '../../survey/survey.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print } from '../output.ts';
import { problemLine } from '../problem.ts';
import { terminalOf } from '../show/terminal.ts';
import {
  answerAll,
  answerOne,
  answerService,
  type ExplainAnswer,
  type ExplainQuestion,
} from './explain-answer.ts';
import { notedFailures } from './noted-failures.ts';

const JSON_INDENT = 2;

/** What the command line says. */
export interface ExplainOptions {
  readonly json?: boolean;
  readonly as?: Meaning;
}

/** Prints why a container or a host is routed as it is, or is not. */
export async function explain(
  question: ExplainQuestion | null,
  { json }: ExplainOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, stderr } = surroundings;
  const { facts, answer } = await withWiring(surroundings, 'read', async (wiring) => {
    const seen = await survey(wiring, surroundings.config);
    const found = question === null ? answerAll(seen) : await answerTo(question, seen, wiring);
    return { facts: seen, answer: found };
  });
  if (answer.kind === 'view') {
    const text =
      json === true ? safeJson(answer.view, JSON_INDENT) : await answer.show(terminalOf(stdout));
    await print(stdout, `${text}\n`);
  }
  const problems = [...problemsOf(facts), ...(answer.kind === 'nothing' ? [answer.problem] : [])];
  for (const problem of problems) stderr.write(problemLine(problem));
  return problems.length > 0 ? 1 : 0;
}

/** A name that means nothing may be a container that has stopped: the engine knows it, its list does not. */
async function answerTo(
  question: ExplainQuestion,
  facts: Facts,
  wiring: Wiring,
): Promise<ExplainAnswer> {
  const { kind } = find(facts, question.name, question.as);
  const isUnknown = kind === 'unknown';
  const isHere = kind === 'container' || kind === 'several' || question.as !== null;
  const task = isHere ? null : await taskCalled(question.name, facts, wiring);
  const service = isUnknown ? await serviceCalled(question.name, facts, wiring) : task;
  if (service !== null) return answerService(facts, service);
  const stopped =
    isUnknown && facts.running.kind === 'seen' ? await stateOfStopped(wiring, question.name) : null;
  return answerOne(facts, question, {
    stopped,
    failures: await notedFailures(question.name, facts, wiring),
  });
}

/** A task of another node, by its name or `SERVICE.SLOT`: its service with that one alone; null: there is none. */
async function taskCalled(
  name: string,
  facts: Facts,
  wiring: Wiring,
): Promise<ServiceFacts | null> {
  const [, called] = /^([^.]+)\.(?:\d+|[0-9a-z]+\.[0-9a-z]{25})$/.exec(name) ?? [];
  const service = called === undefined ? null : await serviceCalled(called, facts, wiring);
  const tasks = (service?.tasks ?? []).filter((task) => `${task.name}.`.startsWith(`${name}.`));
  return service === null || tasks.length === 0 ? null : { ...service, tasks };
}

/** Nor is it a service where Redis cannot be seen, as is told already. */
async function serviceCalled(
  name: string,
  { redis, keyPrefix }: Facts,
  wiring: Wiring,
): Promise<ServiceFacts | null> {
  return redis.kind === 'failed'
    ? null
    : surveyService(wiring.redis, keysWithPrefix(keyPrefix), name);
}
