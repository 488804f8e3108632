import { messageOf } from '../errors.ts';
import type { RedisConfig } from './config.ts';
import type { Values } from './schema.ts';
import type { Sources } from './sources.ts';

/** The files for TLS towards Redis, and what is wrong with them. */
interface TlsReading {
  readonly tls: RedisConfig['tls'];
  readonly problems: readonly string[];
}

/** Which files `rediss://` uses; without any, the certificates that Node trusts. */
export function readRedisTls(
  { url, tls }: Values['redis'],
  { readFile }: Pick<Sources, 'readFile'>,
): TlsReading {
  const paths = Object.entries(tls).flatMap(([name, path]) =>
    path === null ? [] : [{ key: `redis.tls.${name}`, path }],
  );
  const [first] = paths;
  if (first === undefined) return { tls: null, problems: [] };
  const problems = [
    ...paths.flatMap(({ key, path }) => unreadable(key, path, readFile)),
    ...(/^rediss(?:\+sentinel)?:/.test(url)
      ? []
      : [
          `${first.key} is set, and redis.url is not a rediss:// URL: write rediss://, or remove it`,
        ]),
    ...((tls.cert === null) === (tls.key === null)
      ? []
      : ['redis.tls.cert and redis.tls.key belong together: set both, or neither']),
  ];
  return { tls, problems };
}

function unreadable(key: string, path: string, readFile: Sources['readFile']): readonly string[] {
  try {
    readFile(path);
    return [];
  } catch (thrown) {
    return [`${key}: ${path} cannot be read: ${messageOf(thrown)}`];
  }
}
