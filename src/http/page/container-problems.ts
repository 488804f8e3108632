import type { ShownContainer } from '../../answers/containers.ts';
import type { ShownProblem } from './problem.ts';
import { count, short, some } from './words.ts';

/** Reasons that somebody wanted, that pass by themselves, or that the status tells. */
const CALM = [
  ...[
    'disabled',
    'one-off',
    'drained',
    'older-version',
    'starting',
    'restarting',
    'stopping',
    'unreadable',
  ],
];

/** A container that asks for something it cannot have and that a person should look at. */
export function needsPerson({ rejections }: ShownContainer): boolean {
  return rejections.some(({ reason }) => !CALM.includes(reason));
}

/** Containers that were not routed as they asked. */
export function containerProblems(containers: readonly ShownContainer[]): readonly ShownProblem[] {
  const rejected = containers.filter(needsPerson);
  const [first] = rejected;
  if (first === undefined) return [];
  const why = first.rejections.find(({ reason }) => !CALM.includes(reason));
  if (rejected.length === 1 && why !== undefined) {
    const title = `${short(first.name)} is not routed as asked`;
    return [{ level: 'warn', title, detail: why.detail, remedy: why.remedy }];
  }
  const title = `${count(rejected.length, 'container')} not routed as asked`;
  const detail = some(rejected.map(({ name }) => name));
  const remedy = '“Not routed as asked” says what was seen and what to write instead.';
  return [{ level: 'warn', title, detail, remedy }];
}
