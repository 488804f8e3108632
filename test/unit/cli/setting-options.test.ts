import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addSettingOptions, givenFlags } from '../../../src/cli/setting-options.ts';
import { settings } from '../../../src/config/settings.ts';

/** The flags that `autodock ...args` gives, with one command `plan`. */
function flagsOf(...args: readonly string[]): Readonly<Record<string, string>> {
  const program = new Command('autodock');
  addSettingOptions(program, settings);
  const flags = new Map<string, string>();
  const action = (_options: unknown, command: Command) => {
    const given = givenFlags(program, command, new Map());
    for (const [flag, value] of given.flags) flags.set(flag, value);
  };
  program.command('plan').option('--json').action(action);
  program.action(action);
  for (const command of [program, ...program.commands]) {
    command.allowUnknownOption().allowExcessArguments();
  }
  program.parse(args, { from: 'user' });
  return Object.fromEntries(flags);
}

describe('flags', () => {
  test.each([
    ['before the command', ['--hold', '1s', 'plan']],
    ['after the command', ['plan', '--hold', '1s']],
    ['with an equals sign', ['plan', '--json', '--hold=1s']],
    ['without a command', ['--hold=1s']],
    ['twice, the last counts', ['--hold=2s', 'plan', '--hold', '1s']],
  ])('may stand %s', (_case, args) => {
    expect(flagsOf(...args)).toEqual({ '--hold': '1s' });
  });

  test('keep their text as it is', () => {
    expect(flagsOf('--owner', '0012', '--http-port=1e3', '--networks=')).toEqual({
      '--owner': '0012',
      '--http-port': '1e3',
      '--networks': '',
    });
  });

  test('that nobody knows are handed on without their value', () => {
    expect(flagsOf('plan', '--colour=red', '-x', 'y', '--hold', '1s')).toEqual({
      '--colour': '',
      '-x': '',
      '--hold': '1s',
    });
  });

  test('are all in the help, with variable, default and meaning', () => {
    const program = new Command('autodock');
    addSettingOptions(program, settings);
    const help = program.configureHelp({ helpWidth: 10_000 }).helpInformation();
    for (const { flag, env, shown, doc } of settings) {
      const line = help.split('\n').find((text) => text.includes(`${flag} <`)) ?? '';
      expect(line).toContain(`(${env}; default: ${shown || 'empty'})`);
      expect(line).toContain(doc.replaceAll('`', ''));
      // A link leads somewhere in the documentation alone.
      expect(line).not.toContain('](');
    }
  });
});
