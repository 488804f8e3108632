import { type Loaded, loadConfig } from '../../../src/config/load.ts';
import { parseYaml } from '../../../src/config/parse-yaml.ts';
import { ConfigError } from '../../../src/errors.ts';

/** What a test gives; nothing of it is read from this process. */
export interface Given {
  readonly flags?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
}

/** Loads a configuration from what a test gives. */
export function loadFrom({ flags = {}, env = {}, files = {}, terminal = false }: Given): Loaded {
  const given = new Map(Object.entries(flags));
  const path = given.get('--config');
  return loadConfig({
    file: path === undefined ? null : { path, parse: parseYaml },
    flags: given,
    commandFlags: ['--json'],
    env,
    terminal,
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error('ENOENT: no such file or directory');
      return text;
    },
  });
}

/** The message of the ConfigError that loading ends with. */
export function problemsFrom(given: Given): string {
  try {
    loadFrom(given);
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.message;
    throw thrown;
  }
  throw new Error('The configuration was accepted.');
}
