import { BACKEND_OWNERS, REJECTION_REASONS } from '../../model/frontend.ts';
import { count, flag, list, number, object, oneOf, orNull, type Schema, text } from './schema.ts';

const backend = object('One entry of the list; its position is its slot.', {
  url: text('`http://<address>:<port>`; of others, whatever they wrote.'),
  owner: oneOf(BACKEND_OWNERS, 'Claimed by this controller, by another, or by none.'),
  ownerId: orNull(text('The name that claims it.'), 'foreign'),
  containers: list(text('A short id.'), 'The containers that it stands for.'),
});

const marks = object('Slots that a front found dead.', {
  host: text('The host that was asked for.'),
  slots: list(count('A slot, from 0.'), 'The slots.'),
  expiresInMs: orNull(number('When the marks lapse, milliseconds from now.'), 'never'),
});

const route = object('One frontend that this controller claims.', {
  vhost: text('Its host name, `*.example.com` or `*`.'),
  identifier: orNull(text('The first entry of the list.'), 'there is no list'),
  held: flag('It has no backend; clients get 503 with Retry-After.'),
  backends: list(backend, 'In the order of slots; a weight is as many entries.'),
  dead: orNull(list(marks, 'Dead marks.'), 'Redis cannot tell'),
});

/** `GET /api/v1/routes`. */
export const routes: Schema = object('The frontends that this controller claims.', {
  routes: list(route, 'Sorted by vhost.'),
});

const granted = object('A request that is met.', {
  vhost: text('The vhost.'),
  url: text('The backend.'),
  weight: { ...count('How many entries it has.'), minimum: 1 },
});

const rejection = object('A request that cannot be met.', {
  reason: oneOf(REJECTION_REASONS, 'The rule that decided.'),
  vhost: orNull(text('As it was asked for, escaped and cut.'), 'a label or a limit is meant'),
  detail: text('What was seen.'),
  remedy: text('What to write instead.'),
});

const container = object('One running container.', {
  id: text('Its full id.'),
  name: text('Its name.'),
  verdict: oneOf(
    ['routed', 'unknown', 'silent', ...REJECTION_REASONS],
    '`routed` if any of its vhosts is, else its first rejection; `silent` asks for nothing.',
  ),
  routes: list(granted, 'What it gets.'),
  rejections: list(rejection, 'What it cannot get.'),
  hints: list(text('A near miss.'), 'What it probably meant and did not write.'),
});

/** `GET /api/v1/containers`. */
export const containers: Schema = object('Every running container.', {
  containers: list(container, 'In the order of names.'),
});
