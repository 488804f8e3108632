import { LEASE_STATES } from '../model/lease.ts';
import { PASS_RESULTS, TRIGGER_REASONS } from '../model/trigger.ts';
import { fault } from './plan.ts';
import {
  always,
  count,
  type Described,
  flag,
  list,
  number,
  object,
  oneOf,
  orNull,
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
  refusing: always(true, 'Always true.'),
  since: time('Since when.'),
  vhosts: list(text('A vhost.'), 'Whose last backend would go.'),
});

const otherOwner = object('Another controller on the same Redis.', {
  owner: text('Its name.'),
  engine: orNull(text('What its engine is called.'), 'it does not tell'),
  state: oneOf(
    LEASE_STATES,
    'Whether it is at work; lapsed: its lease is over, and others take its backends out; unknown: that cannot be told.',
  ),
  lastSignAt: orNull(
    time('When it gave its last sign of life, by the clock of Redis.'),
    'Redis was started anew since, or its clock was set back',
  ),
  leaseMs: orNull(
    number('How long its last sign of life counts, milliseconds.'),
    'it publishes no lease, and never lapses',
  ),
  address: orNull(
    text('How its backends are reached: container or published.'),
    'it does not tell',
  ),
  version: orNull(text('Of its autodock.'), 'it does not tell'),
});

const lease = object('For how long a sign of life of this controller counts for others.', {
  ms: number('Milliseconds.'),
  renewedAt: orNull(
    time('When it gave the last one that came through, by the clock of Redis.'),
    'none did yet',
  ),
});

const engine = object('The Docker engine.', {
  id: text('Its ID.'),
  name: text('Its name.'),
  apiVersion: text('The version of the API that is spoken with it.'),
});

const stray = object(
  'A backend that nobody claims, at the address of a container that asks for other hosts and not for this one.',
  {
    vhost: text('The host.'),
    url: text('The backend.'),
    container: text('What the container that has its address is called.'),
    remedy: text('The command that takes it away.'),
  },
);

const off = object('A vhost that fronts answer for themselves, as somebody took it off.', {
  vhost: text('The vhost.'),
  since: orNull(time('Since when, by the clock of Redis.'), 'it is not said'),
  by: orNull(text('Who took it off.'), 'it is not said'),
  text: text('What clients read.'),
});

/** `GET /api/v1/status`. */
export const status = object('What the controller knows of itself.', {
  version: text('Of autodock.'),
  ready: object('Whether what is routed can be trusted to be right, as /readyz says.', {
    ok: flag('It can.'),
    reason: orNull(text('Why not.'), 'it can'),
  }),
  owner: orNull(text('The name that claims backends in Redis.'), 'no engine told its ID yet'),
  engine: orNull(engine, 'it was not reached yet'),
  docker: object('The Docker engine, and its stream of events.', {
    ...condition,
    eventStream: object('Without it, changes are seen at the next resync.', {
      enabled: flag('It is wanted.'),
      ...condition,
    }),
  }),
  redis: object('Redis.', {
    ...condition,
    address: text('Where it is, without a password.'),
    evictionPolicy: orNull(
      text('What it does when its memory is full. Anything but noeviction may lose routes.'),
      'it is not reached, or does not tell',
    ),
  }),
  frontPort: orNull(
    count('The port where the front serves HTTP.', 1),
    'front.addresses does not say',
  ),
  lastPass: orNull(pass, 'none has ended yet'),
  lastSuccessAt: orNull(time('When the last pass that did not fail ended.'), 'none did yet'),
  passes: count('How many passes ended since the start.'),
  changes: object('What passes changed.', {
    total: count('Frontends changed since the start.'),
    lastAt: orNull(time('When the last of them was.'), 'none was'),
  }),
  guard: orNull(guard, 'nothing is put off'),
  lease,
  otherOwners: list(
    otherOwner,
    'Other controllers on the same Redis, alive or not, as of the last look of this one.',
  ),
  off: list(off, 'Vhosts that fronts answer with 503 and a text, whoever has backends there.'),
  unknown: list(text('A name.'), 'Containers that could not be read; what they have stays.'),
  faults: list(fault, 'Vhosts that are left alone.'),
  strays: list(stray, 'Backends that lead to a stranger; looked for at each resync.'),
});

/** What `GET /api/v1/status` answers. */
export type StatusAnswer = Described<typeof status>;
/** Whether something that is needed answers. */
export type ShownCondition = Pick<StatusAnswer['redis'], keyof typeof condition>;

/** How the last pass ended. */
export type LastPass = Described<typeof pass>;
