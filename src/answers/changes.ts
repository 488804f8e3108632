import { CHANGE_KINDS } from '../model/plan.ts';
import { TRIGGER_REASONS } from '../model/trigger.ts';
import { count, type Described, list, object, oneOf, text, time } from './schema.ts';

/** How many changes are told, the last ones. */
export const CHANGES_TOLD = 200;
/** How many backends of a change are told in each direction, and how many containers of a backend. */
export const BACKENDS_TOLD = 20;

const changedBackend = object('A backend that came or went.', {
  url: text('The backend.'),
  copies: count('How many entries of it.', 1),
  containers: list(
    text('A name, or a short id.'),
    `The first ${BACKENDS_TOLD} of the containers that it stands for.`,
    BACKENDS_TOLD,
  ),
});

const change = object('One frontend that a pass changed.', {
  number: count('Counts all changes since the start.', 1),
  at: time('When the pass ended.'),
  kind: oneOf(CHANGE_KINDS, 'What was done.'),
  vhost: text('The vhost.'),
  triggers: list(oneOf(TRIGGER_REASONS, 'A trigger.'), 'Why the pass ran.'),
  added: list(changedBackend, 'What came.', BACKENDS_TOLD),
  removed: list(changedBackend, 'What went.', BACKENDS_TOLD),
  more: count('How many backends beyond those.'),
});

/** `GET /api/v1/changes`. */
export const changes = object('What passes changed since the start.', {
  total: count('All changes.'),
  changes: list(change, 'The last ones, newest first.', CHANGES_TOLD),
});

/** What `GET /api/v1/changes` answers. */
export type ChangesAnswer = Described<typeof changes>;
/** One frontend that a pass changed, for people. */
export type ShownChange = Described<typeof change>;
/** A backend that came or went. */
export type ChangedBackend = Described<typeof changedBackend>;
