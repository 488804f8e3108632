import type { OptionWords, Vocabulary } from './vocabulary.ts';

/** One line for each word that may be written, with the condition under which it may. */
export function fishScript({ program, options, commands }: Vocabulary): string {
  const complete = `complete -c ${program}`;
  // fish's own condition takes the value of an option that stands first for a command.
  const names = commands.map(({ name }) => name).join(' ');
  const noneYet = `-n 'not __fish_seen_subcommand_from ${names}'`;
  const lines = [
    `${complete} -f`,
    ...options.map((option) => `${complete} ${optionWords(option)}`),
    ...commands.flatMap(({ name, about, options: own, choices }) => [
      `${complete} ${noneYet} -a ${name} -d ${quoted(about)}`,
      ...[
        ...own.map(optionWords),
        ...(choices.length === 0 ? [] : [`-a ${quoted(choices.join(' '))}`]),
      ].map((words) => `${complete} -n '__fish_seen_subcommand_from ${name}' ${words}`),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function optionWords({ flags, about, takes }: OptionWords): string {
  const names = flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  return [...names, ...valueWords(takes), '-d', quoted(about)].join(' ');
}

function valueWords(takes: OptionWords['takes']): readonly string[] {
  if (takes === 'nothing') return [];
  if (takes === 'a file') return ['-r', '-F'];
  return takes === 'text' ? ['-x'] : ['-x', '-a', quoted(takes.join(' '))];
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
