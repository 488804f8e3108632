import { setTimeout as sleep } from 'node:timers/promises';
import type { TestContainer } from '../parts/docker.ts';
import { urlOf } from '../parts/routes.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';
import { type Ledger, type Life, newLife, note } from './ledger.ts';
import { noteListening } from './listening.ts';
import { BRIDGE, type Site } from './stage.ts';

/** A container with the life that it has now. */
export interface Resident {
  readonly container: TestContainer;
  /** It lives on when it is told to stop. */
  readonly isDeaf: boolean;
  /** Those that it is on; the first is where it is reached. */
  networks: readonly string[];
  life: Life;
}

/** How a container is started. */
export interface ResidentOptions {
  readonly restart: 'no' | 'always';
  readonly isDeaf: boolean;
}

/** What keeps a container that runs from being routed, for a while. */
export interface Aside {
  readonly begin: () => Promise<void>;
  readonly end: () => Promise<void>;
  readonly forMs: number;
}

/** The containers of one engine, each step noted in the ledger before or after it, on the safe side. */
export interface Residents {
  readonly running: ReadonlySet<Resident>;
  readonly paused: ReadonlySet<Resident>;
  start(host: string, options: ResidentOptions): Promise<void>;
  /** Resolves when the engine has done it; that its list shows it is waited for beside. */
  end(one: Resident, act: () => Promise<void>, afterwards?: () => Promise<void>): Promise<void>;
  restart(one: Resident): Promise<void>;
  pause(one: Resident): Promise<void>;
  wake(one: Resident): Promise<void>;
  /** Resolves when it has begun. */
  setAside(one: Resident, aside: Aside): Promise<void>;
  /** Resolves when it is on these networks, the first of which is where it is reached from then on. */
  reconnect(one: Resident, networks: readonly string[], act: () => Promise<void>): Promise<void>;
  /** The engine has started it again by itself. */
  revive(one: Resident): Promise<void>;
  settled(): Promise<void>;
}

const LIST_POLL_MS = 50;
/** A shell cannot trap what was ignored when it began. */
const DEAF = ['sh', '-c', "trap '' TERM; exec /bin/serve"];
/** An old engine's list can be ten seconds late, and a fault may keep it from answering as long again. */
const PATIENCE = { everyMs: LIST_POLL_MS, timeoutMs: 120_000 };

/** Nobody yet. */
export function createResidents(site: Site, ledger: Ledger): Residents {
  const { side, docker, engineLock, isReached } = site;
  const running = new Set<Resident>();
  const paused = new Set<Resident>();
  const endings = new Set<Promise<void>>();

  const listed = async ({ id }: TestContainer) =>
    (await docker.engine.listContainers({ filters: { id: [id], status: ['running'] } })).length > 0;
  const bear = async (
    { container, networks }: Pick<Resident, 'container' | 'networks'>,
    host: string,
    againAt?: number,
  ): Promise<Life> => {
    const life = newLife(container, host, urlOf(await container.address(networks[0])), againAt);
    // An earlier life of this container at this address cannot be told from this one any more.
    for (const other of side.lives) {
      if (other.shortId === life.shortId && other.url === life.url) side.lives.delete(other);
    }
    side.lives.add(life);
    if (isReached) void noteListening(life);
    note(ledger, `${host}: ${life.name} (${life.shortId}) runs at ${life.url}`);
    return life;
  };
  /** Another life of the same container, with the same address or another. */
  const bearAgain = async (one: Resident, endedAt: number) => {
    const before = one.life;
    await waitUntil(
      `${before.name} to be in the engine's list`,
      () => listed(one.container),
      PATIENCE,
    );
    one.life = await bear(one, before.host, Date.now());
    before.endedAt = endedAt;
    running.add(one);
  };
  const whileStarting = async (host: string, act: () => Promise<void>) => {
    note(ledger, `${host}: one starts`);
    ledger.starting.set(host, (ledger.starting.get(host) ?? 0) + 1);
    await act();
    ledger.starting.set(host, (ledger.starting.get(host) ?? 0) - 1);
  };
  const leavesTheList = async ({ container, life }: Resident) => {
    const isGone = async () => !(await engineLock(() => listed(container)));
    await waitUntil(`${life.name} to leave the engine's list`, isGone, PATIENCE);
    life.endedAt = performance.now();
    note(ledger, `${life.host}: ${life.name} has left the engine's list`);
  };
  const follow = (ending: Promise<void>) => {
    endings.add(ending);
    ending.finally(() => endings.delete(ending)).catch(() => undefined); // `settled` tells
  };
  const end: Residents['end'] = async (one, act, afterwards = () => Promise.resolve()) => {
    running.delete(one);
    one.life.endingAt = performance.now();
    note(ledger, `${one.life.host}: ${one.life.name} is to end`);
    await act();
    follow(leavesTheList(one).then(() => engineLock(afterwards)));
  };
  /** Same container, same address: until the list shows it, its last life may still be on its way out. */
  const comeBack = (one: Resident, act: () => Promise<void>) =>
    whileStarting(one.life.host, async () => {
      side.lives.delete(one.life);
      await act();
      await bearAgain(one, performance.now());
    });
  return {
    running,
    paused,
    end,
    start: (host, { restart, isDeaf }) =>
      whileStarting(host, async () => {
        const command = isDeaf ? { command: DEAF } : {};
        const container = await docker.run({ env: { VIRTUALHOST: host }, restart, ...command });
        const where = { container, networks: [BRIDGE] };
        running.add({ ...where, isDeaf, life: await bear(where, host) });
      }),
    restart: (one) =>
      whileStarting(one.life.host, async () => {
        running.delete(one);
        one.life.endingAt = performance.now();
        note(ledger, `${one.life.host}: ${one.life.name} is to restart`);
        await one.container.restart();
        await bearAgain(one, performance.now());
      }),
    async pause(one) {
      await end(one, one.container.pause);
      one.life.isAsking = true;
      paused.add(one);
    },
    wake: async (one) => {
      paused.delete(one);
      await comeBack(one, one.container.unpause);
    },
    async setAside(one, { begin, end: over, forMs }) {
      running.delete(one);
      Object.assign(one.life, { endingAt: performance.now(), isAsking: true });
      await begin();
      follow(sleep(forMs).then(() => engineLock(() => comeBack(one, over))));
    },
    async reconnect(one, networks, act) {
      const moves = networks[0] !== one.networks[0];
      running.delete(one);
      const change = async () => {
        await act();
        one.networks = networks;
      };
      if (moves) {
        await whileStarting(one.life.host, async () => {
          one.life.endingAt = performance.now();
          await change();
          await bearAgain(one, performance.now());
        });
      } else {
        await change();
        running.add(one);
      }
    },
    revive: (one) =>
      whileStarting(one.life.host, () =>
        waitFor(`${one.life.name} to run again`, () => bearAgain(one, performance.now()), PATIENCE),
      ),
    async settled() {
      while (endings.size > 0) await Promise.all(endings);
    },
  };
}
