import { randomBytes } from 'node:crypto';
import { type Applier, createApplier } from '../../src/apply/apply.ts';
import { createReaper, type Reaper } from '../../src/apply/reap.ts';
import type { Boot } from '../../src/clients/boot.ts';
import { connectRedis, type RedisConnection, type RedisHandlers } from '../../src/clients/redis.ts';
import { createDiff } from '../../src/diff/diff.ts';
import type { Beat, HostsSeen } from '../../src/model/beat.ts';
import { compareText } from '../../src/model/compare.ts';
import type { Engine } from '../../src/model/container.ts';
import type { DesiredBackend, DesiredFrontend } from '../../src/model/frontend.ts';
import type { BackendUrl, Owner, ShortId, Vhost } from '../../src/model/ids.ts';
import { type Keys, keysWithPrefix } from '../../src/model/keys.ts';
import type { Plan } from '../../src/model/plan.ts';
import { beat } from '../../src/observe/frontends/beat.ts';
import {
  createRedisReader,
  type OpenedPass,
  type RedisReader,
} from '../../src/observe/frontends/redis.ts';

export const ENGINE: Engine = { id: 'ENGINE:1', name: 'host-1' };

/** The Redis side of one controller, without Docker: what it wants is simply said. */
export interface RedisSide {
  readonly owner: Owner;
  readonly keys: Keys;
  readonly connection: RedisConnection;
  readonly reader: RedisReader;
  readonly applier: Applier;
  /** Sees to lapsed owners. */
  readonly reaper: Reaper;
  /** Opens a pass; a contested one is an error. */
  open(hint?: readonly string[]): Promise<OpenedPass>;
  /** Gives a sign of life. */
  beat(who?: Engine): Promise<Beat & HostsSeen>;
  /** The same, without a look at others. */
  beatAlone(): Promise<Beat>;
  /** How many times the reader has asked Redis so far. */
  roundTrips(): number;
  /** The plan of a pass that was opened. */
  plan(opened: OpenedPass, wanted: Wanted, options?: AskedTexts): Plan;
  /** One whole pass: open, plan, apply. */
  pass(wanted: Wanted, options?: AskedTexts): Promise<Awaited<ReturnType<Applier['apply']>>>;
}

/** Vhost to the addresses of its backends; a repeated address is a weight. An empty list: held. */
export type Wanted = Readonly<Record<string, readonly string[]>>;

/** Vhost to what is asked of fronts, as text. What is not among them asks nothing; null: not known. */
export type AskedTexts = Readonly<Record<string, string | null>>;

export interface RedisSideOptions {
  readonly url: string;
  readonly owner?: string;
  readonly keyPrefix?: string;
  readonly holdMs?: number;
  readonly timeoutMs?: number;
  /** null: it gives no sign by itself. Default: 90 s. */
  readonly leaseMs?: number | null;
  readonly engine?: Engine;
  readonly sharedNetwork?: boolean;
  readonly boot?: Boot;
  readonly handlers?: RedisHandlers;
}

export const ID = 'aaaaaaaaaaaa' as ShortId;

export function redisSide(options: RedisSideOptions): RedisSide {
  const { url, keyPrefix = '', holdMs = 0, timeoutMs = 30_000 } = options;
  const { engine = ENGINE, sharedNetwork = false } = options;
  const owner = (options.owner ?? 'me') as Owner;
  const keys = keysWithPrefix(keyPrefix);
  const config = { url, keyPrefix, timeoutMs, tls: null };
  const connection = connectRedis(config, `autodock:${owner}`, options.handlers);
  const run = `run-${randomBytes(4).toString('hex')}`;
  const boot = options.boot ?? null;
  const address = 'container' as const;
  const published = { address, version: '1.0.0', run, boot, isLeaving: false, sharedNetwork };
  const lease = {
    leaseMs: options.leaseMs === undefined ? 90_000 : options.leaseMs,
    patienceMs: 90_000,
  };
  let roundTrips = 0;
  const counting: RedisConnection = {
    ...connection,
    read(commands) {
      roundTrips += 1;
      return connection.read(commands);
    },
  };
  const signs = { keys, owner, run, boot, patienceMs: 90_000 };
  const reader = createRedisReader(counting, { owner, keys, ...lease, ...published });
  const applier = createApplier(connection, { owner, keys, holdMs });
  const open = async (hint: readonly string[] = []): Promise<OpenedPass> => {
    const opened = await reader.open(engine, new Set(hint));
    if (opened.kind === 'contested') throw new Error('contested');
    return opened;
  };
  const plan = (opened: OpenedPass, wanted: Wanted, options: AskedTexts = {}): Plan => {
    const diff = createDiff({ holdMs, policy: 'sync', keyPrefix: '' });
    const { epoch, now, frontends: observed } = opened;
    return diff({ owner, epoch, now, observed, desired: desiredOf(wanted, options), unknown: [] });
  };
  return {
    owner,
    keys,
    connection,
    reader,
    applier,
    reaper: createReaper(connection, { owner, keys, patienceMs: 90_000 }),
    open,
    async beat(who = engine) {
      const told = await beat(connection, { ...signs, engine: who, withOthers: true });
      return { ...told, otherOwners: told.otherOwners ?? [] };
    },
    beatAlone: () => beat(connection, { ...signs, engine, withOthers: false }),
    roundTrips: () => roundTrips,
    plan,
    pass: async (wanted, options) =>
      applier.apply(plan(await open(Object.keys(wanted)), wanted, options)),
  };
}

function desiredOf(wanted: Wanted, asked: AskedTexts): ReadonlyMap<Vhost, DesiredFrontend> {
  return new Map(
    Object.entries(wanted).map(([name, addresses]) => {
      const vhost = name as Vhost;
      const options = asked[name] === undefined ? '' : asked[name];
      const frontend = { vhost, identifier: 'app', backends: backendsOf(addresses) };
      return [vhost, options === null ? frontend : { ...frontend, options }];
    }),
  );
}

function backendsOf(addresses: readonly string[]): readonly DesiredBackend[] {
  const urls = [...new Set(addresses)].sort(compareText);
  return urls.map((address) => ({
    url: `http://${address}:80` as BackendUrl,
    ids: addresses.filter((other) => other === address).map(() => ID),
  }));
}
