import { messageOf } from '../errors.ts';
import { nearest } from './nearest.ts';
import { ENV_PREFIX, settings } from './settings.ts';
import type { Sources } from './sources.ts';
import type { Reading, Written } from './written.ts';

const FILE_SUFFIX = '_FILE';

/**
 * What the environment sets: of each setting its own variable, else the file that `<NAME>_FILE`
 * names (white space at its end and a byte order mark do not belong to it), else the variables of other tools. An empty value
 * is as if it were not set. An unknown `AUTODOCK_...` variable is a warning: container links make such.
 */
export function readEnvironment({
  env,
  furtherEnv = new Map(),
  readFile,
}: Pick<Sources, 'env' | 'furtherEnv' | 'readFile'>): Reading {
  const written = new Map<string, Written>();
  const problems: string[] = [];
  for (const setting of settings) {
    const others = [setting.also, furtherEnv.get(setting.key)];
    const value = readVariable(setting.env, others, { env, readFile });
    if (typeof value === 'string') problems.push(value);
    else if (value !== null) written.set(setting.key, value);
  }
  return { written, problems, warnings: unknownVariables(env) };
}

/** A string is a problem, null is not set. */
function readVariable(
  name: string,
  others: readonly (string | null | undefined)[],
  { env, readFile }: Pick<Sources, 'env' | 'readFile'>,
): Written | string | null {
  const fileName = `${name}${FILE_SUFFIX}`;
  const path = env[fileName];
  if (env[name] && path) return `${name} and ${fileName} are both set: remove one`;
  if (path) return readSecret(fileName, path, readFile);
  const used = [name, ...others].find((one) => one && env[one]);
  const text = env[used ?? ''];
  return text ? { text, origin: `environment ${used}`, hidden: false } : null;
}

function readSecret(
  name: string,
  path: string,
  readFile: Sources['readFile'],
): Written | string | null {
  try {
    const text = readFile(path)
      .replace(/^\uFEFF/, '')
      .trimEnd();
    return text === ''
      ? `${name}: the file ${path} is empty: write the value into it, or unset the variable`
      : { text, origin: `environment ${name}, ${path}`, hidden: true };
  } catch (thrown) {
    return `${name}: the file ${path} cannot be read: ${messageOf(thrown)}`;
  }
}

function unknownVariables(env: Sources['env']): readonly string[] {
  const known = settings.flatMap((setting) => [setting.env, `${setting.env}${FILE_SUFFIX}`]);
  return Object.keys(env)
    .filter((name) => name.startsWith(ENV_PREFIX) && !known.includes(name))
    .map(
      (name) => `${name} is not a setting and is ignored; the nearest is ${nearest(name, known)}`,
    );
}
