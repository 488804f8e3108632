import { type FailuresSeen, isUnproven } from '../model/failure.ts';
import { BACKEND_OWNERS, type ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import { type HostMarks, marksByVhost } from '../model/marks.ts';
import { claimedFrontends, ownedBackends } from '../model/ownership.ts';
import {
  count,
  type Described,
  flag,
  list,
  number,
  object,
  oneOf,
  orNull,
  text,
} from './schema.ts';

const backend = object('One entry of the list; its position is its slot.', {
  url: text('`http://<address>:<port>`, or `https://`; of others, whatever they wrote.'),
  owner: oneOf(BACKEND_OWNERS, 'Claimed by this controller, by another, or by none.'),
  ownerId: orNull(text('The name that claims it.'), 'foreign'),
  containers: list(text('A short id.'), 'The containers that it stands for.'),
  names: list(
    text('A name, of a task of Swarm `service.slot.id`; the short id where no host tells.'),
    'What those containers are called, in their order.',
  ),
  unproven: orNull(
    flag('A front gets no connection to it, as it told a moment ago, and sends no request there.'),
    'Redis cannot tell',
  ),
});

const marks = object('Slots that a front found dead.', {
  host: text('The host that was asked for.'),
  slots: list(count('A slot, from 0.'), 'The slots.'),
  expiresInMs: orNull(number('When the marks lapse, milliseconds from now.'), 'never'),
});

const failure = object('A request that a front led to a backend, and that it did not answer.', {
  at: number('When, milliseconds since 1970, by the clock of Redis.'),
  host: text('What was asked for; a wildcard answers for many.'),
  method: orNull(text('`GET`.'), 'noted without a request'),
  status: orNull(count('What the client got.'), 'noted without a request'),
  reason: text(
    'In one word, as in the log of the front; `autodock explain HOST` says what it means.',
  ),
  backend: text('The URL as it stands in the list.'),
});

const route = object('One frontend that this controller claims.', {
  vhost: text('Its host name, `*.example.com` or `*`.'),
  identifier: orNull(text('The first entry of the list.'), 'there is no list'),
  held: flag('It has no backend; clients get 503 with Retry-After.'),
  backends: list(backend, 'In the order of slots; a weight is as many entries.'),
  dead: orNull(list(marks, 'Dead marks.'), 'Redis cannot tell'),
  failures: orNull(
    list(failure, 'The last ones within a day, newest first; one in ten seconds of each kind.', 10),
    'Redis cannot tell',
  ),
});

/** `GET /api/v1/routes`. */
export const routes = object('The frontends that this controller claims.', {
  routes: list(route, 'Sorted by vhost.'),
});

/** What `GET /api/v1/routes` answers. */
export type RoutesAnswer = Described<typeof routes>;
/** One frontend that the controller claims. */
export type ShownRoute = Described<typeof route>;
/** One entry of a frontend's list. */
export type ShownBackend = Described<typeof backend>;
/** A request that a backend did not answer. */
export type ShownFailure = Described<typeof failure>;
/** Slots that a front found dead, of one requested host. */
export type ShownMarks = Described<typeof marks>;

/** What others write in Redis of backends; null: Redis cannot tell now. */
export interface WrittenByOthers {
  /** By requested host. */
  readonly marks: ReadonlyMap<string, HostMarks> | null;
  readonly failures: FailuresSeen | null;
  /** Of containers, by short id. */
  readonly names: ReadonlyMap<string, string>;
}

/** Every frontend that an owner claims, with whose each backend is. */
export function routesView(
  owner: Owner,
  frontends: ReadonlyMap<string, ObservedFrontend>,
  { marks: marked, failures, names }: WrittenByOthers,
): RoutesAnswer {
  const dead = marked === null ? null : marksByVhost(marked, frontends);
  return {
    routes: claimedFrontends(owner, frontends).map((frontend) => {
      const { vhost, list: found } = frontend;
      const backends = ownedBackends(frontend, owner).map((one) => ({
        ...one,
        names: one.containers.map((id) => names.get(id) ?? id),
        unproven: failures === null ? null : isUnproven(failures, vhost, one.url),
      }));
      return {
        vhost,
        identifier: found.kind === 'list' ? found.identifier : null,
        held: found.kind === 'list' && backends.length === 0,
        backends,
        dead: dead === null ? null : (dead.get(vhost) ?? []),
        failures: failures === null ? null : (failures.byVhost.get(vhost) ?? []),
      };
    }),
  };
}
