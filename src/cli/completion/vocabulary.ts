import type { Command, Option } from 'commander';

/** What may be written after a program's name, as its commands and options are defined. */
export interface Vocabulary {
  readonly program: string;
  /** Options that may stand anywhere. */
  readonly options: readonly OptionWords[];
  readonly commands: readonly CommandWords[];
}

/** One command. */
export interface CommandWords {
  readonly name: string;
  readonly about: string;
  readonly options: readonly OptionWords[];
  /** What its first argument may be; empty: anything, or none. */
  readonly choices: readonly string[];
}

/** One option. */
export interface OptionWords {
  /** `-y`, `--yes`. */
  readonly flags: readonly string[];
  readonly about: string;
  readonly takes: 'nothing' | 'a file' | 'text' | readonly string[];
}

/** Reads the vocabulary off a program. */
export function vocabularyOf(program: Command): Vocabulary {
  const help: OptionWords = { flags: ['-h', '--help'], about: 'print help', takes: 'nothing' };
  return {
    program: program.name(),
    options: [...program.options.map(optionWords), help],
    commands: program.commands.map((command) => ({
      name: command.name(),
      about: command.description(),
      options: command.options.map(optionWords),
      choices: command.registeredArguments[0]?.argChoices ?? [],
    })),
  };
}

function optionWords(option: Option): OptionWords {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined);
  // The rest tells the variable and the default: too long for a list.
  const about = option.description.replace(/ \([^()]*default: .*\)$/, '');
  return { flags, about, takes: takes(option) };
}

function takes({ required, flags, argChoices }: Option): OptionWords['takes'] {
  if (!required) return 'nothing';
  if (argChoices !== undefined) return argChoices;
  const [, placeholder = ''] = /<(.+)>$/.exec(flags) ?? [];
  if (placeholder === 'path') return 'a file';
  if (placeholder === 'boolean') return ['true', 'false'];
  return placeholder.includes('|') ? placeholder.split('|') : 'text';
}
