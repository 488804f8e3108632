import { createRequire } from 'node:module';
import { messageOf } from '../errors.ts';
import { didYouMean } from './nearest.ts';
import { settings } from './settings.ts';
import type { Sources } from './sources.ts';
import type { Reading, Written } from './written.ts';

/** A tenth of a start, and few have a file: loaded when there is one. */
const require = createRequire(import.meta.url);

/**
 * What a configuration file sets. JSON is YAML too, so one parser reads both. Scalars are kept as
 * they are written (YAML would make 80 of `0x50`), lists are joined by commas, `null` is not set.
 */
export function readConfigFile(path: string, readFile: Sources['readFile']): Reading {
  const written = new Map<string, Written>();
  const problems: string[] = [];
  try {
    const { parse } = require('yaml') as typeof import('yaml');
    const content: unknown = parse(readFile(path), {
      schema: 'failsafe',
      customTags: ['null'],
      // A warning would go to stderr with the line that it is about, which may hold a secret.
      logLevel: 'error',
    });
    for (const [key, text] of flatten(content)) {
      const isKey = settings.some((setting) => setting.key === key);
      if (isKey) written.set(key, { text, origin: `file ${path}`, hidden: false });
      else problems.push(`unknown key ${key} in file ${path}${hint(key)}`);
    }
  } catch (thrown) {
    // The first line names the place; what follows quotes the file, which may hold secrets.
    const [reason = ''] = messageOf(thrown).split('\n');
    problems.push(`file ${path} (flag --config) cannot be read: ${reason.replace(/:$/, '')}`);
  }
  return { written, problems, warnings: [] };
}

/** Keys in dotted form with their text; a key that holds further keys stands for these alone. */
function flatten(content: unknown, prefix = ''): readonly (readonly [string, string])[] {
  if (content === null || content === undefined) return [];
  if (Array.isArray(content) || typeof content !== 'object') {
    if (prefix === '') throw new Error('it must hold keys and values, such as "owner: host-1"');
    return [[prefix, String(content)]];
  }
  return Object.entries(content).flatMap(([name, value]) =>
    flatten(value, prefix === '' ? name : `${prefix}.${name}`),
  );
}

function hint(key: string): string {
  const keys = settings.map((setting) => setting.key);
  const inner = keys.filter((known) => known.startsWith(`${key}.`));
  return inner.length > 0 ? ` (it has ${inner.join(', ')})` : didYouMean(key, keys);
}
