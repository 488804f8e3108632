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
  /** Called each time that they were listed in full. */
  readonly onListed: () => void;
}

/** The containers of the engine that answers at that moment. */
export function createContainerSource(options: ContainerSourceOptions): Source {
  const { inspections, networks, stops } = options;
  const observer = createContainerObserver(inspections, networks, stops);
  return {
    async observe(look) {
      const how = { ...look, now: options.now };
      const containers = await observer.observe(await options.sessions.current(), how);
      options.onListed();
      return containers;
    },
  };
}
