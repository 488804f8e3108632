import { PASS_RESULTS, TRIGGER_REASONS } from '../../model/trigger.ts';
import {
  count,
  flag,
  list,
  number,
  object,
  oneOf,
  orNull,
  type Schema,
  text,
  time,
} from './schema.ts';

const condition = {
  up: flag('Whether it answers.'),
  since: time('Since when it does, or does not.'),
  error: orNull(text('Why it does not.'), 'it does, or it was not tried yet'),
};

const pass = object('The pass that ended last.', {
  at: time('When it ended.'),
  result: oneOf(PASS_RESULTS, 'How it ended.'),
  durationMs: number('How long it took, milliseconds.'),
  reasons: list(oneOf(TRIGGER_REASONS, 'A trigger.'), 'Why it ran.'),
  error: orNull(text('Why it failed.'), 'it did not'),
});

const guard = object('Removals that were put off because they are too many at once.', {
  refusing: flag('Always true.'),
  since: orNull(time('Since when.'), 'not known'),
  vhosts: list(text('A vhost.'), 'Whose last backend would go.'),
});

const otherOwner = object('Another controller on the same Redis.', {
  owner: text('Its name.'),
  lastPassAt: time('When it passed last, by the clock of Redis.'),
});

const fault = object('A vhost that is left alone because of what stands in Redis.', {
  vhost: text('The vhost.'),
  key: text('The key at fault.'),
  problem: text('What stands there.'),
});

/** `GET /api/v1/status`. */
export const status: Schema = object('What the controller knows of itself.', {
  version: text('Of autodock.'),
  ready: object('Whether what is routed can be trusted to be right, as /readyz says.', {
    ok: flag('It can.'),
    reason: orNull(text('Why not.'), 'it can'),
  }),
  owner: orNull(text('The name that claims backends in Redis.'), 'no engine told its ID yet'),
  engine: orNull(
    object('The Docker engine.', {
      id: text('Its ID.'),
      name: text('Its name.'),
      apiVersion: text('The version of the API that is spoken with it.'),
    }),
    'it was not reached yet',
  ),
  docker: object('The Docker engine, and its stream of events.', {
    ...condition,
    eventStream: object('Without it, changes are seen at the next resync.', {
      enabled: flag('It is wanted.'),
      ...condition,
    }),
  }),
  redis: object('Redis.', { ...condition, address: text('Where it is, without a password.') }),
  lastPass: orNull(pass, 'none has ended yet'),
  lastSuccessAt: orNull(time('When the last pass that did not fail ended.'), 'none did yet'),
  passes: count('How many passes ended since the start.'),
  changes: object('What passes changed.', {
    total: count('Frontends changed since the start.'),
    lastAt: orNull(time('When the last of them was.'), 'none was'),
  }),
  guard: orNull(guard, 'nothing is put off'),
  otherOwners: list(otherOwner, 'Other controllers on the same Redis, alive or not.'),
  unknown: list(text('A name.'), 'Containers that could not be read; what they have stays.'),
  faults: list(fault, 'Vhosts that are left alone.'),
});
