import type { Facts } from '../../explain/facts.ts';
import { type Found, find } from '../../explain/find.ts';
import { explainHost } from '../../explain/host.ts';
import type { Meaning } from '../../explain/meaning.ts';
import { explainAll } from '../../explain/overview.ts';
import { explainService, type ServiceFacts } from '../../explain/service.ts';
import { explainWorkload } from '../../explain/workload.ts';
import type { Failures } from '../../model/failure.ts';
import type { Terminal } from '../show/terminal.ts';

/** What `autodock explain` found out, for programs and for people. */
export type ExplainAnswer =
  | {
      readonly kind: 'view';
      readonly view: object;
      /** Loads what lays out tables, which JSON does without. */
      readonly show: (terminal: Terminal) => Promise<string>;
    }
  | { readonly kind: 'nothing'; readonly problem: string };

/** What was looked up besides for one name. */
export interface Besides {
  /** The state of a container of this name that does not run; null: there is none. */
  readonly stopped: string | null;
  readonly failures: Failures;
}

/** What a person asked about. */
export interface ExplainQuestion {
  readonly name: string;
  /** null: whatever it is. */
  readonly as: Meaning | null;
}

/** What is known of all containers. */
export function answerAll(facts: Facts): ExplainAnswer {
  const view = explainAll(facts);
  const show = async (terminal: Terminal) =>
    (await import('../show/show-overview.ts')).showOverview(view, terminal);
  return { kind: 'view', view, show };
}

/** What is known of one service of a swarm. */
export function answerService(facts: Facts, service: ServiceFacts): ExplainAnswer {
  const view = explainService(facts, service);
  const show = async (terminal: Terminal) =>
    (await import('../show/show-service.ts')).showService(view, terminal);
  return { kind: 'view', view, show };
}

/** What is known of one container or host. */
export function answerOne(
  facts: Facts,
  { name, as }: ExplainQuestion,
  { stopped, failures }: Besides,
): ExplainAnswer {
  const found = find(facts, name, as);
  switch (found.kind) {
    case 'container': {
      const view = { ...explainWorkload(facts, found.verdict), isHost: found.isHost };
      const show = async (terminal: Terminal) => {
        const { showContainer } = await import('../show/show-container.ts');
        return showContainer(view, terminal) + (found.isHost ? hostNote(name) : '');
      };
      return { kind: 'view', view, show };
    }
    case 'host': {
      const view = explainHost(facts, name, failures);
      const show = async (terminal: Terminal) =>
        (await import('../show/show-host.ts')).showHost(view, terminal);
      return { kind: 'view', view, show };
    }
    case 'several': {
      const names = found.names.join(', ');
      return { kind: 'nothing', problem: `${name} begins the ids of ${names}: write more of it` };
    }
    case 'unknown':
      return { kind: 'nothing', problem: unknownProblem(name, found, facts, stopped) };
  }
}

function hostNote(name: string): string {
  return `\n\n${name} is a host, too: autodock explain --as host ${name}`;
}

function unknownProblem(
  name: string,
  found: Extract<Found, { kind: 'unknown' }>,
  facts: Facts,
  stopped: string | null,
): string {
  if (stopped !== null) {
    return `the container ${name} does not run (${stopped}), so that it has no route: docker start ${name}; docker logs ${name} says why it ended`;
  }
  if (facts.running.kind === 'failed') {
    return `whether ${name} is a container cannot be seen now, and no host of this name has a route`;
  }
  const suggestion =
    found.similar.length === 0 ? '' : ` (did you mean ${found.similar.join(', or ')}?)`;
  const blind = facts.redis.kind === 'seen' ? '' : ', as far as can be seen now';
  return `${name} is neither a running container nor a host with a route${blind}${suggestion}; autodock explain lists all containers, autodock routes all hosts`;
}
