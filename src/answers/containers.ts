import { REJECTION_REASONS, VERDICTS, type WorkloadVerdict } from '../model/frontend.ts';
import { count, type Described, list, object, oneOf, orNull, text } from './schema.ts';

const granted = object('A request that is met.', {
  vhost: text('The vhost.'),
  url: text('The backend.'),
  weight: count('How many entries it has.', 1),
});

const rejection = object('A request that cannot be met.', {
  reason: oneOf(REJECTION_REASONS, 'The rule that decided.'),
  vhost: orNull(text('As it was asked for, escaped and cut.'), 'a label or a limit is meant'),
  detail: text('What was seen.'),
  remedy: text('What to write instead.'),
});

const container = object('One running container.', {
  id: text('Its full id.'),
  noun: text('What people call such a thing: `container`, or what a further source says.'),
  name: text('Its name.'),
  verdict: oneOf(
    VERDICTS,
    '`routed` if any of its vhosts is, else its first rejection; `unknown` cannot be read; `silent` asks for nothing.',
  ),
  routes: list(granted, 'What it gets.'),
  rejections: list(rejection, 'What it cannot get.'),
  hints: list(text('A hint.'), 'What may not be as it was meant, though nothing is rejected.'),
});

/** `GET /api/v1/containers`. */
export const containers = object('Every running container.', {
  containers: list(container, 'In the order of names.'),
});

/** What `GET /api/v1/containers` answers. */
export type ContainersAnswer = Described<typeof containers>;
/** One running container, with what it gets and what it cannot get. */
export type ShownContainer = Described<typeof container>;
/** Why a container does not get what it asks for, and what to do. */
export type ShownRejection = Described<typeof rejection>;

/** What was decided about every container, and nothing else of it. */
export function containersView(verdicts: readonly WorkloadVerdict[]): ContainersAnswer {
  return {
    containers: verdicts.map(({ id, noun, name, verdict, routes, rejections, hints }) => {
      return { id, noun, name, verdict, routes, rejections, hints };
    }),
  };
}
