import type { Format } from './format.ts';
import type { Leaf } from './leaf.ts';
import { schema } from './schema.ts';

/** One key as users meet it. */
export interface Setting {
  /** As in a file: `redis.keyPrefix`. */
  readonly key: string;
  /** `AUTODOCK_REDIS_KEY_PREFIX`; with `_FILE` behind it, the path of a file that holds the value. */
  readonly env: string;
  /** The variable that counts if `env` is not set. */
  readonly also: string | null;
  /** `--redis-key-prefix`. */
  readonly flag: string;
  /** What may be written, in a word, for usage: `duration`, `sync|upsert-only`. */
  readonly placeholder: string;
  /** The default, for people. */
  readonly shown: string;
  readonly doc: string;
  /** Its value is never shown; of a URL the user and the password. */
  readonly sensitive: boolean;
}

/** The prefix of all variables of ours. */
export const ENV_PREFIX = 'AUTODOCK_';

/** Every setting, in the order of the schema. */
export const settings: readonly Setting[] = leavesIn(schema, []).map(([key, leaf]) =>
  settingOf(key, leaf),
);

/** What reads text for the settings, each once. */
export const formats: readonly Format<unknown>[] = [
  ...new Set(leavesIn(schema, []).flatMap(([, { reads }]) => reads ?? [])),
];

/** A group of settings, or one setting. */
interface Group {
  readonly [name: string]: Group | Leaf<unknown>;
}

function leavesIn(
  group: Group,
  path: readonly string[],
): readonly (readonly [key: string, leaf: Leaf<unknown>])[] {
  return Object.entries(group).flatMap(([name, node]) => {
    const inner = [...path, name];
    return isLeaf(node) ? [[inner.join('.'), node] as const] : leavesIn(node, inner);
  });
}

function isLeaf(node: Group | Leaf<unknown>): node is Leaf<unknown> {
  return 'doc' in node;
}

function settingOf(key: string, leaf: Leaf<unknown>): Setting {
  const words = key.split(/\.|(?=[A-Z])/).map((word) => word.toLowerCase());
  return {
    key,
    env: `${ENV_PREFIX}${words.join('_').toUpperCase()}`,
    also: leaf.also,
    flag: `--${words.join('-')}`,
    placeholder: Array.isArray(leaf.format) ? leaf.format.join('|') : leaf.format,
    shown: leaf.shown,
    doc: leaf.doc,
    sensitive: leaf.sensitive,
  };
}
