import { readFileSync } from 'node:fs';
import { CONFIG_FLAG } from './read-flags.ts';

/** A file with settings. */
export interface ConfigFile {
  readonly path: string;
  /** What its text says. @throws if it is not YAML (JSON is YAML, too) */
  readonly parse: (text: string) => unknown;
}

/** Where settings come from; everything that the configuration depends on. */
export interface Sources {
  /** The file that the command line names; null: none. */
  readonly file: ConfigFile | null;
  /** Values by flag (`--docker-host`); unknown ones too (they are reported). */
  readonly flags: ReadonlyMap<string, string>;
  /** What was written for a flag, where it was not the flag itself: `-u` for `--redis-url`. */
  readonly spellings?: ReadonlyMap<string, string>;
  /** Further flags that the command knows, to suggest them for unknown ones. */
  readonly commandFlags: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Further variables, by the key that they set where nothing else in the environment does. */
  readonly furtherEnv?: ReadonlyMap<string, string>;
  /** The text of a file. @throws if it cannot be read */
  readonly readFile: (path: string) => string;
  /** Whether the log goes to a terminal. */
  readonly terminal: boolean;
}

/** The sources of this process. The only place that reads the environment. */
export async function processSources(
  given: Omit<Sources, 'env' | 'file' | 'readFile'>,
): Promise<Sources> {
  const path = given.flags.get(CONFIG_FLAG);
  const file = path === undefined ? null : await configFile(path);
  return { ...given, env: process.env, file, readFile: (name) => readFileSync(name, 'utf8') };
}

/** The parser is a tenth of a start, and few have a file: it is loaded when there is one. */
async function configFile(path: string): Promise<ConfigFile> {
  const { parseYaml } = await import('./parse-yaml.ts');
  return { path, parse: parseYaml };
}

/** Whether this process was asked for text without colours (https://no-color.org). */
export function forbidsColour(): boolean {
  return (process.env.NO_COLOR ?? '') !== '';
}

/** Runs what would look into the environment by itself, as if a variable were not set. It must not go on later. */
export function withoutVariable<T>(name: string, run: () => T): T {
  const value = process.env[name];
  delete process.env[name];
  try {
    return run();
  } finally {
    if (value !== undefined) process.env[name] = value;
  }
}
