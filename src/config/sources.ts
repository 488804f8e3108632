import { readFileSync } from 'node:fs';

/** Where settings come from; everything that the configuration depends on. */
export interface Sources {
  /** Flags by name without dashes, `config` among them; unknown ones too (they are reported). */
  readonly flags: ReadonlyMap<string, string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file. @throws if it cannot be read */
  readonly readFile: (path: string) => string;
  /** Whether the log goes to a terminal. */
  readonly terminal: boolean;
}

/** The sources of this process. The only place that reads the environment. */
export function processSources(flags: ReadonlyMap<string, string>, terminal: boolean): Sources {
  return { flags, terminal, env: process.env, readFile: (path) => readFileSync(path, 'utf8') };
}
