import type { DockerSession } from '../../clients/docker-session.ts';
import type { Sessions } from '../../clients/sessions.ts';
import type { Source } from '../workloads.ts';
import { createContainerObserver } from './containers.ts';
import type { Inspections } from './inspections.ts';
import type { Networks } from './networks.ts';
import type { Stops } from './stops.ts';

/** What the containers are read with. */
export interface ContainerSourceOptions {
  readonly sessions: Sessions;
  readonly inspections: Inspections;
  readonly networks: Networks;
  readonly stops: Stops;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Called each time that they were listed in full, with how long the engine took for that. */
  readonly onListed: (tookMs: number) => void;
}

/** The containers of the engine that answers at that moment. */
export function createContainerSource(options: ContainerSourceOptions): Source {
  const { inspections, networks, stops, now } = options;
  const observer = createContainerObserver(inspections, networks, stops);
  return {
    async observe(look) {
      let listMs = 0;
      const session = timed(await options.sessions.current(), {
        now,
        onListed: (tookMs) => {
          listMs += tookMs;
        },
      });
      const containers = await observer.observe(session, { ...look, now });
      options.onListed(listMs);
      return containers;
    },
  };
}

function timed(session: DockerSession, { now, onListed }: Timing): DockerSession {
  return {
    ...session,
    list: async (onItem, filters) => {
      const beganAt = now();
      await session.list(onItem, filters);
      onListed(now() - beganAt);
    },
  };
}

type Timing = Pick<ContainerSourceOptions, 'now' | 'onListed'>;
