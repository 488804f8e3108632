import { CHANGE_KINDS } from '../../model/plan.ts';
import { TRIGGER_REASONS } from '../../model/trigger.ts';
import { count, list, object, oneOf, orNull, type Schema, text, time } from './schema.ts';

const changedBackend = object('A backend that came or went.', {
  url: text('The backend.'),
  copies: { ...count('How many entries of it.'), minimum: 1 },
  containers: list(text('A name, or a short id.'), 'The containers that it stands for.'),
});

const recent = object('One frontend that a pass changed.', {
  number: { ...count('Counts all changes since the start.'), minimum: 1 },
  at: time('When the pass ended.'),
  kind: oneOf(CHANGE_KINDS, 'What was done.'),
  vhost: text('The vhost.'),
  triggers: list(oneOf(TRIGGER_REASONS, 'A trigger.'), 'Why the pass ran.'),
  added: list(changedBackend, 'What came, at most 20.'),
  removed: list(changedBackend, 'What went, at most 20.'),
  more: count('How many backends beyond those.'),
});

/** `GET /api/v1/changes`. */
export const changes: Schema = object('What passes changed since the start.', {
  total: count('All changes.'),
  changes: { ...list(recent, 'The last ones, newest first.'), maxItems: 200 },
});

const snapshot = object('A list at one moment.', {
  identifier: text('Its first entry.'),
  backends: list(text('A URL.'), 'In the order of slots.'),
});

const planned = object('One step.', {
  kind: oneOf(CHANGE_KINDS, 'What would be done.'),
  vhost: text('The vhost.'),
  before: orNull(snapshot, 'there is no such frontend'),
  after: orNull(snapshot, 'there will be none'),
  claim: {
    type: 'object',
    description: 'What this owner will claim: URL to short ids, once for each entry.',
    additionalProperties: list(text('A short id.'), 'Containers.'),
  },
});

const fault = object('A vhost that is left alone.', {
  vhost: text('The vhost.'),
  key: text('The key at fault.'),
  problem: text('What stands there.'),
});

/** `GET /api/v1/plan`. */
export const plan: Schema = object('What a pass would change now.', {
  owner: text('Whose plan it is.'),
  changes: list(planned, 'Sorted by vhost.'),
  faults: list(fault, 'Vhosts that are left alone.'),
  foreign: list(text('`<vhost> <url>`'), 'Backends of others in our frontends.'),
  unknown: list(text('A name.'), 'Containers that cannot be read; what they have stays.'),
  text: text('The same for people, one line for each step and a sum.'),
});
