import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestContainer } from '../parts/docker.ts';
import { urlOf } from '../parts/routes.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';
import { type Ledger, type Life, newLife, note } from './ledger.ts';
import type { Site } from './stage.ts';

/** A container with the life that it has now. */
export interface Resident {
  readonly container: TestContainer;
  life: Life;
}

/** The containers of one engine, each step noted in the ledger before or after it, on the safe side. */
export interface Residents {
  readonly running: ReadonlySet<Resident>;
  readonly paused: ReadonlySet<Resident>;
  start(host: string, restart: 'no' | 'always'): Promise<void>;
  /** Resolves when the engine has done it; that its list shows it is waited for beside. */
  end(one: Resident, act: () => Promise<void>, afterwards?: () => Promise<void>): Promise<void>;
  restart(one: Resident): Promise<void>;
  pause(one: Resident): Promise<void>;
  wake(one: Resident): Promise<void>;
  /** The engine has started it again by itself. */
  revive(one: Resident): Promise<void>;
  settled(): Promise<void>;
}

const LIST_POLL_MS = 50;
const LISTEN_POLL_MS = 20;
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
  const bear = async (container: TestContainer, host: string, againAt?: number): Promise<Life> => {
    const life = newLife(container, host, urlOf(await container.address()), againAt);
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
    one.life = await bear(one.container, before.host, Date.now());
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
  const end: Residents['end'] = async (one, act, afterwards = () => Promise.resolve()) => {
    running.delete(one);
    one.life.endingAt = performance.now();
    note(ledger, `${one.life.host}: ${one.life.name} is to end`);
    await act();
    const ending = leavesTheList(one).then(() => engineLock(afterwards));
    endings.add(ending);
    ending.finally(() => endings.delete(ending)).catch(() => undefined); // `settled` tells
  };
  return {
    running,
    paused,
    end,
    start: (host, restart) =>
      whileStarting(host, async () => {
        const container = await docker.run({ env: { VIRTUALHOST: host }, restart });
        running.add({ container, life: await bear(container, host) });
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
      one.life.isPaused = true;
      paused.add(one);
    },
    wake: (one) =>
      whileStarting(one.life.host, async () => {
        paused.delete(one);
        // Same container, same address: until the list shows it, its last life may still be on its way out.
        side.lives.delete(one.life);
        await one.container.unpause();
        await bearAgain(one, performance.now());
      }),
    revive: (one) =>
      whileStarting(one.life.host, () =>
        waitFor(`${one.life.name} to run again`, () => bearAgain(one, performance.now()), PATIENCE),
      ),
    async settled() {
      while (endings.size > 0) await Promise.all(endings);
    },
  };
}

/** A container runs, and is routed, before its server listens. */
async function noteListening(life: Life): Promise<void> {
  const { hostname } = new URL(life.url);
  while (life.endingAt === null) {
    if (await takesConnection(hostname)) {
      life.listensSince = performance.now();
      return;
    }
    await sleep(LISTEN_POLL_MS);
  }
}

function takesConnection(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 80 });
    const settle = (isTaken: boolean) => () => {
      socket.destroy();
      resolve(isTaken);
    };
    socket.once('connect', settle(true)).once('error', settle(false));
  });
}
