import { type Command, Option } from 'commander';
import { CONFIG_FLAG } from '../config/read-flags.ts';
import type { Setting } from '../config/settings.ts';

/** The heading of the settings in `--help`. */
export const SETTINGS_GROUP = 'Settings:';

/** Settings as options, and `--config`. They are the program's, so they may stand before and after a command. */
export function addSettingOptions(program: Command, settings: readonly Setting[]): void {
  const file = new Option(`${CONFIG_FLAG} <path>`, 'read settings from this JSON or YAML file');
  program.addOption(file.helpGroup(SETTINGS_GROUP));
  for (const setting of settings) program.addOption(optionOf(setting).helpGroup(SETTINGS_GROUP));
}

/** What the command line sets. */
export interface GivenFlags {
  /** Values by the setting's flag; flags that no command knows stand there, too. */
  readonly flags: ReadonlyMap<string, string>;
  /** What was written instead of a setting's flag. */
  readonly spellings: ReadonlyMap<string, string>;
}

/**
 * The settings that the command line holds, and all flags that no command knows.
 *
 * @param aliases flags of the program that stand for a setting's; they win
 */
export function givenFlags(
  program: Command,
  command: Command,
  aliases: ReadonlyMap<string, string>,
): GivenFlags {
  const flags = new Map<string, string>();
  const spellings = new Map<string, string>();
  for (const option of program.options) {
    const value: unknown = program.getOptionValue(option.attributeName());
    if (!option.required || typeof value !== 'string') continue;
    const flag = option.long ?? '';
    const meant = aliases.get(flag);
    flags.set(meant ?? flag, value);
    if (meant !== undefined) spellings.set(meant, option.short ?? flag);
  }
  for (const flag of unknownFlags(command)) flags.set(flag, '');
  return { flags, spellings };
}

/** What looks like a flag among the arguments that the parser let through. */
export function unknownFlags(command: Command): readonly string[] {
  return command.args.filter((text) => /^-./.test(text)).map((text) => text.replace(/=.*$/s, ''));
}

function optionOf({ flag, placeholder, doc, env, shown }: Setting): Option {
  const initial = shown === '' ? 'empty' : shown;
  const plain = doc.replaceAll('`', '');
  return new Option(`${flag} <${placeholder}>`, `${plain} (${env}; default: ${initial})`);
}
