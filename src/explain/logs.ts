import { remediesFor } from '../desire/remedies.ts';
import { CONTAINER } from '../model/workload.ts';
import type { RunningFacts } from './facts.ts';

/** Says where something that runs says what it does, by its name. */
export type LogsOf = (name: string) => string;

/** Of what is not known to run any more, as of a container. */
export function logsIn(running: RunningFacts | null): LogsOf {
  return (name) => {
    const noun = running?.workloads.find((workload) => workload.name === name)?.noun;
    return remediesFor({ noun: noun ?? CONTAINER }).logs(name);
  };
}
