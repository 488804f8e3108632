import { type Command, Option } from 'commander';
import { CONFIG_FLAG } from '../config/read-flags.ts';
import type { Setting } from '../config/settings.ts';

const GROUP = 'Settings:';

/** Settings as options, and `--config`. They are the program's, so they may stand before and after a command. */
export function addSettingOptions(program: Command, settings: readonly Setting[]): void {
  const file = new Option(`${CONFIG_FLAG} <path>`, 'read settings from this JSON or YAML file');
  program.addOption(file.helpGroup(GROUP));
  for (const setting of settings) program.addOption(optionOf(setting).helpGroup(GROUP));
}

/**
 * The settings that the command line holds, by flag, and all flags that no command knows.
 *
 * @param aliases flags of the program that stand for a setting's
 */
export function givenFlags(
  program: Command,
  command: Command,
  aliases: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const known = program.options.flatMap((option): [string, string][] => {
    const value: unknown = program.getOptionValue(option.attributeName());
    const flag = option.long ?? '';
    return option.required && typeof value === 'string' ? [[aliases.get(flag) ?? flag, value]] : [];
  });
  return new Map([...known, ...unknownFlags(command).map((flag) => [flag, ''] as const)]);
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
