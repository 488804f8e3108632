import { CHANGE_KINDS, type ListSnapshot, type Plan } from '../model/plan.ts';
import { type Described, list, object, oneOf, orNull, record, text } from './schema.ts';

/** A vhost that is left alone because of what stands in Redis; of the status as well. */
export const fault = object('A vhost that is left alone because of what stands in Redis.', {
  vhost: text('The vhost.'),
  key: text('The key at fault.'),
  problem: text('What stands there.'),
});

const snapshot = object('A list at one moment.', {
  identifier: text('Its first entry.'),
  backends: list(text('A URL.'), 'In the order of slots.'),
});

const step = object('One step.', {
  kind: oneOf(CHANGE_KINDS, 'What would be done.'),
  vhost: text('The vhost.'),
  before: orNull(snapshot, 'there is no such frontend'),
  after: orNull(snapshot, 'there will be none'),
  claim: record(
    list(text('A short id.'), 'Containers.'),
    'What this owner will claim: URL to short ids, once for each entry.',
  ),
});

/** `GET /api/v1/plan`. */
export const plan = object('What a pass would change now.', {
  owner: text('Whose plan it is.'),
  changes: list(step, 'Sorted by vhost.'),
  faults: list(fault, 'Vhosts that are left alone.'),
  foreign: list(text('`<vhost> <url>`'), 'Backends of others in our frontends.'),
  unknown: list(text('A name.'), 'Containers that cannot be read; what they have stays.'),
  text: text('The same for people, one line for each step and a sum.'),
});

/** What `GET /api/v1/plan` answers, and `autodock plan --json`. */
export type PlanAnswer = Described<typeof plan>;

/**
 * The plan without what only a write needs.
 *
 * @param rendered the text that people see
 */
export function planView(made: Plan, rendered: string): PlanAnswer {
  const { owner, changes, faults, foreign, unknown } = made;
  return {
    owner,
    changes: changes.map(({ kind, vhost, before, after, write }) => ({
      kind,
      vhost,
      before: snapshotView(before),
      after: snapshotView(after),
      claim: Object.fromEntries(write.backends.map(({ url, ids }) => [url, ids])),
    })),
    faults: faults.map(({ vhost, key, problem }) => ({ vhost, key, problem })),
    foreign,
    unknown,
    text: rendered,
  };
}

function snapshotView(found: ListSnapshot): Described<typeof snapshot> | null {
  return found === null ? null : { identifier: found.identifier, backends: found.entries };
}
