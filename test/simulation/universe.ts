import type { RedisCommand } from '../../src/clients/redis.ts';
import type { Config } from '../../src/config/config.ts';
import { type Random, randomFrom } from '../laws/random.ts';
import type { Spec } from './box.ts';
import { type SimulatedController, startController } from './controller.ts';
import type { Emit } from './deeds.ts';
import { createEngine, type Engine } from './engine.ts';
import { createEngineDoor, type EngineDoor } from './engine-door.ts';
import { ENGINE_KINDS } from './engine-kind.ts';
import { createHostWay, type HostWay } from './host-way.ts';
import type { Mutant } from './mutant.ts';
import { connectSimulatedRedis, type Loss } from './redis-client.ts';
import { createRedisServer, type RedisServer } from './redis-server.ts';
import type { Cast, Schedule } from './step.ts';
import { emptyLedger, type Ledger } from './strangers.ts';
import type { Process, Time } from './time.ts';
import type { Watch } from './watch.ts';

/** An engine and its door. */
export interface Site {
  readonly engine: Engine;
  readonly door: EngineDoor;
  /** To Redis. */
  readonly way: HostWay;
  /** Since when the whole host is gone; null: it is there. */
  downSince: number | null;
}

/** A controller's place: whoever runs there, one process after the other. */
export interface Seat {
  readonly site: Site;
  controller: SimulatedController;
  /** When it was started last. */
  startedAt: number;
  /** Steps until it crashes; null: it does not. */
  fuse: number | null;
  /** Whoever starts there next is of an older version. */
  isOlder: boolean;
  /** Called when it has crashed. */
  onCrash: () => void;
}

/** Everything that is simulated. */
export interface Universe {
  readonly time: Time;
  readonly random: Random;
  readonly cast: Cast;
  readonly sites: readonly Site[];
  readonly seats: readonly Seat[];
  readonly redis: RedisServer;
  readonly watch: Watch;
  ledger: Ledger;
  /** What Redis saved is what the ledger was then. */
  savedLedger: Ledger;
  /** How many further batches of commands are lost, and how. */
  /** What takes away the machines that were cloned. */
  clones: (() => void)[];
  losses: { readonly loss: Exclude<Loss, null>; readonly ofWrites: boolean; left: number } | null;
  /** Starts a process in a seat whose last one is dead. */
  restart(seat: Seat): void;
  /** Starts another machine with the ID of this engine, and with this container; returns what takes it away. */
  clone(site: Site, spec: Spec): () => void;
}

const TIMEOUT_MS = { docker: 10_000, redis: 2_000 };

export function createUniverse(
  { seed, cast }: Schedule,
  { time, watch, mutant }: { readonly time: Time; readonly watch: Watch; readonly mutant: Mutant },
): Universe {
  const random = randomFrom(seed ^ 0xde1a);
  const redis = createRedisServer(time, watch, mutant);
  const stepOf = (process: Process) => {
    const seat = universe.seats.find(({ controller }) => controller.process === process);
    if (seat === undefined || seat.fuse === null || !process.alive) return;
    seat.fuse -= 1;
    if (seat.fuse >= 0) return;
    seat.fuse = null;
    seat.controller.crash();
    seat.onCrash();
  };
  const makeSite = ({ id, name, kind }: Pick<Engine, 'id' | 'name' | 'kind'>): Site => {
    const emit: Emit = (...event) => door.emit(...event);
    const { stoppingMs } = cast;
    const engine = createEngine({ id, name, kind, time, random, stoppingMs, emit });
    const door = createEngineDoor({ time, random, watch, engine: () => engine, onStep: stepOf });
    return { engine, door, way: createHostWay(), downSince: null };
  };
  const sites = cast.engines.map((number, index) => {
    const kind = ENGINE_KINDS[number];
    if (kind === undefined) throw new Error('no such kind of engine');
    return makeSite({ id: `e${index}`, name: `e${index}`, kind });
  });
  const start = (
    site: Site,
    name: string,
    what: Pick<Process, 'isOlder' | 'isClone'> = {},
  ): SimulatedController => {
    const process: Process = { name, alive: true, timers: 0, ...what };
    watch.disturbed('for-a-pass');
    return startController({
      ...{ time, process, mutant, config: mutant.config(configOf(cast)) },
      connect: {
        docker: site.door.connectFor(process),
        redis: (_config, _name, handlers = {}) =>
          connectSimulatedRedis({
            ...{ time, random, server: redis, way: site.way },
            ...{ process, timeoutMs: TIMEOUT_MS.redis, handlers },
            lose: (commands) => lossOf(universe, commands),
            onStep: () => stepOf(process),
          }),
      },
    });
  };
  const universe: Universe = {
    ...{ time, random, cast, sites, redis, watch },
    ...{ ledger: emptyLedger(), savedLedger: emptyLedger(), losses: null, clones: [] },
    seats: cast.controllers.map((engine, number): Seat => {
      const site = sites[engine];
      if (site === undefined) throw new Error('no such engine');
      const controller = start(site, `c${number}`);
      const isOlder = false;
      return { site, controller, startedAt: 0, fuse: null, isOlder, onCrash: () => undefined };
    }),
    restart(seat) {
      if (seat.controller.process.alive || seat.site.downSince !== null) return;
      seat.controller.crash();
      seat.site.door.hangUp(seat.controller.process);
      const { site, controller, isOlder } = seat;
      seat.controller = start(site, `${controller.process.name}'`, { isOlder });
      seat.startedAt = time.now();
    },
    clone({ engine: { id, kind } }, spec) {
      const site = makeSite({ id, name: `${id}-clone`, kind });
      site.engine.run(spec);
      const { process, crash } = start(site, `clone of ${id}`, { isClone: true });
      return () => {
        crash();
        site.door.hangUp(process);
      };
    },
  };
  return universe;
}

function lossOf(universe: Universe, commands: readonly RedisCommand[]): Loss {
  const { losses, watch } = universe;
  if (losses === null || losses.left <= 0) return null;
  const isWrite = commands.some(([name]) => name === 'autodockApply');
  if (losses.ofWrites && !isWrite) return null;
  losses.left -= 1;
  watch.disturbed('until-resync');
  return losses.loss;
}

function configOf(cast: Cast): Config {
  const host = 'simulated';
  return {
    docker: { host, timeoutMs: TIMEOUT_MS.docker, events: true, tls: null },
    redis: { url: host, keyPrefix: '', timeoutMs: TIMEOUT_MS.redis, tls: null },
    owner: null,
    policy: 'sync',
    networks: [],
    address: 'container',
    sharedNetwork: true,
    swarm: false,
    hostAddress: '127.0.0.1',
    health: 'healthy',
    versions: 'mixed',
    resync: { intervalMs: cast.resyncMs },
    reconcile: { minIntervalMs: 50 },
    holdMs: cast.holdMs,
    stoppingMs: cast.stoppingMs,
    leaseMs: cast.leaseMs,
    reap: { enabled: true, lastMs: cast.reapLastMs },
    front: { addresses: [] },
    guard: {
      minDeletes: cast.minDeletes,
      maxDeletePercent: 50,
      confirmAfterMs: cast.confirmAfterMs,
    },
    http: { host, port: 1, names: [] },
    bus: { enabled: false, host, port: 1, ttlMs: 1, secret: null },
    rpc: { enabled: false },
    log: { level: 'error', format: 'json' },
  };
}
