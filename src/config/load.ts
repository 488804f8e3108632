import { ConfigError, messageOf } from '../errors.ts';
import type { Config } from './config.ts';
import { conflictsOf } from './conflicts.ts';
import { readDockerTls } from './docker-tls.ts';
import { MASK, maskSecret, quote } from './mask.ts';
import { readConfigFile } from './read-config-file.ts';
import { readEnvironment } from './read-environment.ts';
import { readFlags } from './read-flags.ts';
import { readRedisTls } from './redis-tls.ts';
import { type Setting, settings } from './settings.ts';
import type { Sources } from './sources.ts';
import { toConfig } from './to-config.ts';
import { withDefaults } from './with-defaults.ts';
import type { Reading, Written } from './written.ts';

/** One setting as it is in force, for people. */
export interface SettingInForce {
  readonly key: string;
  /** As it was written, secrets masked. */
  readonly value: string;
  readonly origin: string;
}

/** The configuration, and what to tell about it. */
export interface Loaded {
  readonly config: Config;
  /** To be logged: variables that look like settings and are not known. */
  readonly warnings: readonly string[];
  /** Every setting in force with its origin. */
  describe(): readonly SettingInForce[];
}

type WrittenByKey = ReadonlyMap<string, Written>;

/**
 * Reads the configuration: flag before environment before file before default.
 *
 * @throws ConfigError one that names all that is wrong: key, value (secrets masked), where it came
 *   from and what is allowed
 */
export function loadConfig(sources: Sources): Loaded {
  const readings = read(sources);
  const written: WrittenByKey = new Map(readings.flatMap((reading) => [...reading.written]));
  const values = withDefaults();
  for (const [key, { text }] of written) values.set(key, text);
  const problems = [
    ...readings.flatMap((reading) => reading.problems),
    ...misfits(() => values.validate({ allowed: 'strict' }), written),
  ];
  if (problems.length > 0) throw configError(problems);
  const atOdds = conflictsOf(values.getProperties());
  if (atOdds.length > 0) throw configError(atOdds);
  const docker = readDockerTls(values.get('docker.host'), sources);
  const redis = readRedisTls(values.get('redis'), sources);
  const ofFiles = [...docker.problems, ...redis.problems];
  if (ofFiles.length > 0) throw configError(ofFiles);
  return {
    config: toConfig(
      values.getProperties(),
      { docker: docker.tls, redis: redis.tls },
      sources.terminal,
    ),
    warnings: readings.flatMap((reading) => reading.warnings),
    describe: () => settings.map((setting) => describeSetting(setting, written)),
  };
}

/** The sources, the one that gives way first. */
function read(sources: Sources): readonly Reading[] {
  const { file, readFile } = sources;
  return [
    ...(file === null ? [] : [readConfigFile(file, readFile)]),
    readEnvironment(sources),
    readFlags(sources),
  ];
}

/** convict checks all values and throws one error with a line for each: `key: remedy: value was ...`. */
function misfits(validate: () => void, written: WrittenByKey): readonly string[] {
  try {
    validate();
    return [];
  } catch (thrown) {
    return messageOf(thrown)
      .split('\n')
      .map((line) => describeMisfit(line, written));
  }
}

function describeMisfit(line: string, written: WrittenByKey): string {
  const [, key = '', remedy = line] = /^([\w.]+): (.*?)(?:: value was .*)?$/.exec(line) ?? [];
  const setting = settings.find((candidate) => candidate.key === key);
  const value = written.get(key);
  if (setting === undefined || value === undefined) return line;
  return `${key} = ${quote(showValue(setting, value))} (${value.origin}) ${remedy}`;
}

function showValue(setting: Setting, { text, hidden }: Written): string {
  return hidden && !setting.sensitive ? MASK : maskSecret(text, setting.sensitive);
}

function describeSetting(setting: Setting, written: WrittenByKey): SettingInForce {
  const value = written.get(setting.key);
  return value === undefined
    ? { key: setting.key, value: setting.shown, origin: 'default' }
    : { key: setting.key, value: showValue(setting, value), origin: value.origin };
}

function configError(problems: readonly string[]): ConfigError {
  return new ConfigError('config', `configuration: ${problems.join('; ')}`);
}
