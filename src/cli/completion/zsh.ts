import type { CommandWords, OptionWords, Vocabulary } from './vocabulary.ts';

/** A function for the completion system: works from `fpath`, and sourced after `compinit`. */
export function zshScript({ program, options, commands }: Vocabulary): string {
  const name = `_${program}`;
  return `#compdef ${program}
${name}() {
  local curcontext=$curcontext state line
  local -a commands options
  commands=(
${commands.map((command) => `    ${quoted(`${command.name}:${command.about}`)}`).join('\n')}
  )
  options=(
${options.map((option) => `    ${spec(option)}`).join('\n')}
  )
  _arguments -C $options '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $line[1] in
${commands.map((command) => `        ${command.name}) ${argumentsOf(command)} ;;`).join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == ${name} ]]; then
  ${name} "$@"
else
  compdef ${name} ${program}
fi
`;
}

function argumentsOf({ options, choices }: CommandWords): string {
  // Without a word about arguments zsh takes the first one for the end of the options, too.
  const argument = choices.length === 0 ? '*:argument: ' : `1: :(${choices.join(' ')})`;
  return ['_arguments $options', ...options.map(spec), quoted(argument)].join(' ');
}

/** `'--policy=[what it is]:value:(sync upsert-only)'` */
function spec({ flags, about, takes }: OptionWords): string {
  const text = `[${about.replace(/[[\]:\\]/g, '\\$&')}]${valueSpec(takes)}`;
  const words = takes === 'nothing' ? flags : flags.map(withValue);
  const [only = ''] = words;
  return flags.length === 1
    ? quoted(only + text)
    : `${quoted(`(${flags.join(' ')})`)}{${words.join(',')}}${quoted(text)}`;
}

/** The value may follow in the same word: `--policy=sync`, `-p80`. */
function withValue(flag: string): string {
  return flag.startsWith('--') ? `${flag}=` : `${flag}+`;
}

function valueSpec(takes: OptionWords['takes']): string {
  if (takes === 'nothing') return '';
  if (takes === 'a file') return ':file:_files';
  return takes === 'text' ? ':value:' : `:value:(${takes.join(' ')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
