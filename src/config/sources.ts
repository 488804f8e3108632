import { readFileSync } from 'node:fs';

/** Where settings come from; everything that the configuration depends on. */
export interface Sources {
  /** Values by flag (`--docker-host`), `--config` among them; unknown ones too (they are reported). */
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
export function processSources(given: Omit<Sources, 'env' | 'readFile'>): Sources {
  return { ...given, env: process.env, readFile: (path) => readFileSync(path, 'utf8') };
}

/** Whether this process was asked for text without colours (https://no-color.org). */
export function forbidsColour(): boolean {
  return (process.env.NO_COLOR ?? '') !== '';
}
