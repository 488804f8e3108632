import { count, type Described, named, object } from './schema.ts';
import { status } from './status.ts';

/** How often a listener is told at the most (a quarter of what a person notices), and at the least. Milliseconds. */
export const PACE = { tickMs: 250, heartbeatMs: 10_000 };

/** The data of an event `present` of `GET /api/v1/events`. */
export const present = object('The data of an event `present`.', {
  status: named('Status', status),
  revisions: object('Rise when the answers change; what rose is worth asking for again.', {
    routes: count('Of /api/v1/routes.'),
    containers: count('Of /api/v1/containers.'),
    changes: count('Of /api/v1/changes.'),
  }),
});

/** What an event `present` tells. */
export type PresentAnswer = Described<typeof present>;
