import type { Random } from '../laws/random.ts';
import type { TestNetwork } from '../parts/docker.ts';
import { type Ledger, note } from './ledger.ts';
import type { Resident, Residents } from './residents.ts';
import { BRIDGE, type Site, STOPPING_MS } from './stage.ts';

/** What happens to containers that run on. */
export interface Passing {
  /** It is told to stop, and does not: once that counts no more it is routed again. */
  tell(one: Resident): Promise<void>;
  /** It is drained for a while. */
  drain(one: Resident): Promise<void>;
  /** It is connected to a network, or disconnected from one. */
  reconnect(one: Resident): Promise<void>;
}

/** The engine's clock is known to the second, and a pass takes its time. */
const BEYOND_MS = 3_000;
const LONGEST_DRAIN_MS = 6_000;

/** @param people those of this site */
export function createPassing(
  { side, drains, networks }: Site,
  ledger: Ledger,
  people: Residents,
  random: Random,
): Passing {
  const say = ({ life }: Resident, what: string) =>
    note(ledger, `${life.host}: ${life.name} ${what}`);
  const network = (isIt: (name: string) => boolean): TestNetwork => {
    const found = networks.find(({ name }) => isIt(name));
    if (found === undefined) throw new Error('this site has no such network');
    return found;
  };
  /** Where it was started it stays, and comes back to. */
  const join = (one: Resident, home: string) => {
    const other = network((name) => name !== home);
    const now = other.name === BRIDGE ? [BRIDGE, home] : [home, other.name];
    say(one, `is connected to ${other.name}`);
    return people.reconnect(one, now, () => other.connect(one.container));
  };
  const leave = (one: Resident, left: string) => {
    const now = one.networks.filter((name) => name !== left);
    say(one, `is disconnected from ${left}`);
    return people.reconnect(one, now, () =>
      network((name) => name === left).disconnect(one.container),
    );
  };
  return {
    tell: (one) =>
      people.setAside(one, {
        begin: async () => {
          say(one, 'is told to stop, and does not');
          await one.container.kill('TERM');
        },
        end: async () => undefined,
        forMs: STOPPING_MS + BEYOND_MS,
      }),
    drain: (one) =>
      people.setAside(one, {
        begin: () =>
          drains.write(side.owner, one.life.shortId, () => {
            say(one, 'is drained');
            Object.assign(one.life, { endedAt: performance.now(), isDrained: true });
          }),
        end: () =>
          drains.remove(side.owner, one.life.shortId, () => say(one, 'is drained no more')),
        forMs: random.int(LONGEST_DRAIN_MS),
      }),
    reconnect(one) {
      const [home = '', second] = one.networks;
      return second === undefined ? join(one, home) : leave(one, random.pick(one.networks));
    },
  };
}
