import { connectDocker } from '../../src/clients/docker.ts';
import type { DockerOptions, DockerSession } from '../../src/clients/docker-session.ts';
import { ENGINE_VERSIONS } from '../fakes/recorded.ts';
import { randomFrom } from '../laws/random.ts';
import { type EngineSubject, fakeEngine, realEngine } from '../parts/engine-subject.ts';
import { waitUntil } from '../parts/wait-for.ts';
import type { Box } from '../simulation/box.ts';
import type { Deed } from '../simulation/deeds.ts';
import { createEngine, type Engine } from '../simulation/engine.ts';
import { createEngineDoor, type EngineDoor } from '../simulation/engine-door.ts';
import { ENGINE_KINDS, type EngineKind } from '../simulation/engine-kind.ts';
import type { Time } from '../simulation/time.ts';

/** A container of a session's engine. */
export interface Contained {
  readonly id: string;
  pause(): Promise<void>;
  unpause(): Promise<void>;
  kill(): Promise<void>;
  remove(): Promise<void>;
  /** If it has a HEALTHCHECK. */
  become(health: 'healthy' | 'unhealthy'): Promise<void>;
}

/** A session as a pass has it, and what its engine can be told to do. */
export interface SessionSubject {
  readonly session: DockerSession;
  /** Starts a container that asks for `a.test`. */
  run(options?: { readonly hasHealthcheck: boolean }): Promise<Contained>;
  close(): Promise<void>;
}

/** Titles, and how such a session is opened: with the machine's own engine, with fake ones, and simulated. */
export const SESSIONS: readonly (readonly [string, () => Promise<SessionSubject>])[] = [
  ['the engine of this machine', async () => spoken(await realEngine())],
  ...ENGINE_VERSIONS.map(
    (version) => [`a fake ${version}`, async () => spoken(await fakeEngine(version))] as const,
  ),
  ...ENGINE_KINDS.map((kind) => [`a simulated ${kind.name}`, () => simulated(kind)] as const),
];

const PATIENCE_MS = 60_000;

function optionsFor(host: string, signal: AbortSignal): DockerOptions {
  const config = { host, timeoutMs: PATIENCE_MS, events: true, tls: null };
  return { config, signal, onResult: () => undefined };
}

async function spoken(subject: EngineSubject): Promise<SessionSubject> {
  const ending = new AbortController();
  const client = connectDocker(optionsFor(`unix://${subject.socketPath}`, ending.signal));
  return {
    session: await client.connect(),
    run: async ({ hasHealthcheck } = { hasHealthcheck: false }) => {
      const image = hasHealthcheck ? 'health' : 'web';
      const container = await subject.run({ image, env: { VIRTUALHOST: 'a.test' } });
      return { ...container, become: (health) => subject.setHealth(container, health) };
    },
    close: async () => {
      ending.abort();
      await subject.close();
    },
  };
}

/** The simulation's engine and its door, in real time, and the simulation's client. */
async function simulated(kind: EngineKind): Promise<SessionSubject> {
  const ending = new AbortController();
  const time = realTime(ending.signal);
  const random = randomFrom(1);
  const hosts = {
    ...{ signed: nothing, lapsed: nothing, reaped: nothing },
    ...{ saved: nothing, restored: nothing },
  };
  const watch = {
    disturbed: nothing,
    listed: nothing,
    knocked: nothing,
    opened: nothing,
    applied: nothing,
    ...hosts,
  };
  const engine: Engine = createEngine({
    ...{ id: 'e0', name: 'e0', kind, time, random, stoppingMs: 0 },
    emit: (...event) => door.emit(...event),
  });
  const door: EngineDoor = createEngineDoor({
    ...{ time, random, watch, engine: () => engine, onStep: nothing },
  });
  const process = { name: 'contract', alive: true, timers: 0 };
  const client = door.connectFor(process)(optionsFor('simulated', ending.signal));
  return {
    session: await client.connect(),
    run: async ({ hasHealthcheck } = { hasHealthcheck: false }) => {
      engine.run({ hosts: 'a.test', weight: 1, timeout: 0, hasHealthcheck });
      const box = engine.boxes.at(-1);
      if (box === undefined) throw new Error('no container was made');
      await waitUntil('the start', () => box.real.state === 'running');
      return contained(engine, box);
    },
    close: async () => ending.abort(),
  };
}

function contained(engine: Engine, box: Box): Contained {
  const act = (deed: Deed) => async () => engine.act(deed, box, false);
  return {
    id: box.id,
    ...{ pause: act('pause'), unpause: act('unpause'), kill: act('die'), remove: act('remove') },
    become: async (health) => act(health === 'healthy' ? 'recover' : 'sicken')(),
  };
}

function realTime(ended: AbortSignal): Time {
  const after = (delayMs: number, work: () => void) => {
    const timer = setTimeout(() => ended.aborted || work(), delayMs);
    return () => clearTimeout(timer);
  };
  return {
    ...{ now: () => performance.now(), after, look: after, dispose: nothing },
    run: () => Promise.reject(new Error('real time runs by itself')),
  };
}

function nothing(): void {
  // Nobody watches, and nothing crashes.
}
