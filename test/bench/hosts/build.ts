import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { createApplier } from '../../../src/apply/apply.ts';
import type { connectRedis } from '../../../src/clients/redis.ts';
import type { createDiff } from '../../../src/diff/diff.ts';
import type { BackendUrl, Owner, ShortId, Vhost } from '../../../src/model/ids.ts';
import type { keysWithPrefix } from '../../../src/model/keys.ts';
import type { createRedisReader, OpenedPass } from '../../../src/observe/frontends/redis.ts';

/** The Redis side of an owner, as a build has it. */
export interface BuiltSide {
  /** One pass as far as Redis tells it. */
  open(vhosts: readonly string[]): Promise<OpenedPass>;
  /** Writes what a pass that was opened wants: one backend for each vhost. */
  apply(opened: OpenedPass, vhosts: readonly string[], address: string): Promise<unknown>;
  close(): void;
}

interface Modules {
  readonly createApplier: typeof createApplier;
  readonly connectRedis: typeof connectRedis;
  readonly createDiff: typeof createDiff;
  readonly keysWithPrefix: typeof keysWithPrefix;
  readonly createRedisReader: typeof createRedisReader;
}

const ENGINE = { id: 'ENGINE:1', name: 'host-1' };

/**
 * @param folder a checkout with its packages; also one of before the folders of `src` were moved
 */
export async function loadBuild(folder: string): Promise<(url: string, name: string) => BuiltSide> {
  const moved = join(folder, 'src/observe/frontends/redis.ts');
  const reader = existsSync(moved) ? moved : join(folder, 'src/observe/redis.ts');
  const files = ['apply/apply', 'clients/redis', 'diff/diff', 'model/keys'];
  const paths = [...files.map((file) => join(folder, `src/${file}.ts`)), reader];
  const loaded = await Promise.all(paths.map((path) => import(pathToFileURL(path).href)));
  const modules = Object.assign({}, ...loaded) as Modules;
  return (url, name) => sideOf(modules, url, name as Owner);
}

function sideOf(modules: Modules, url: string, owner: Owner): BuiltSide {
  const keys = modules.keysWithPrefix('');
  const config = { url, keyPrefix: '', timeoutMs: 20_000, tls: null };
  const redis = modules.connectRedis(config, 'autodock:bench');
  const published = {
    ...({ address: 'published', version: '1.0.0', run: 'bench' } as const),
    ...{ isLeaving: false, sharedNetwork: false },
    boot: null,
  };
  // The build of before took the interval of its passes, of which three count.
  const lease = { leaseMs: 90_000, patienceMs: 90_000, resyncIntervalMs: 30_000 };
  const reader = modules.createRedisReader(redis, { owner, keys, ...lease, ...published });
  const applier = modules.createApplier(redis, { owner, keys, holdMs: 0 });
  const diff = modules.createDiff({ holdMs: 0, policy: 'sync', keyPrefix: '' });
  return {
    async open(vhosts) {
      const opened = await reader.open(ENGINE, new Set(vhosts));
      if (opened.kind === 'contested') throw new Error('contested');
      return opened;
    },
    apply({ epoch, now, frontends }, vhosts, address) {
      const backends = [
        { url: `http://${address}:80` as BackendUrl, ids: ['aaaaaaaaaaaa' as ShortId] },
      ];
      const desired = new Map(
        vhosts.map((name) => {
          const vhost = name as Vhost;
          return [vhost, { vhost, identifier: name, backends }];
        }),
      );
      return applier.apply(diff({ owner, epoch, now, observed: frontends, desired, unknown: [] }));
    },
    close: () => redis.close(),
  };
}
