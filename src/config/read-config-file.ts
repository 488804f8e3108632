import { messageOf } from '../errors.ts';
import { didYouMean } from './nearest.ts';
import { settings } from './settings.ts';
import type { ConfigFile, Sources } from './sources.ts';
import type { Reading, Written } from './written.ts';

/**
 * What a configuration file sets. Scalars are kept as they are written, lists are joined by commas, `null` is not
 * set.
 */
export function readConfigFile(
  { path, parse }: ConfigFile,
  readFile: Sources['readFile'],
): Reading {
  const written = new Map<string, Written>();
  const problems: string[] = [];
  try {
    for (const [key, text] of flatten(parse(readFile(path)))) {
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
