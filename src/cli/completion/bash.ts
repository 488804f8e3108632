import type { OptionWords, Vocabulary } from './vocabulary.ts';

/**
 * A function for `complete -F`: knows the command that was written, and what the word before wants. bash takes `=`
 * and `:` for words of their own, so that only a word that is a command's name is taken for the command. Works
 * from bash 3.2 on.
 */
export function bashScript({ program, options, commands }: Vocabulary): string {
  const every = [...options, ...commands.flatMap((command) => command.options)];
  const taking = every.filter(({ takes }) => takes !== 'nothing');
  const name = `_${program}`;
  return `${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command='' options='' words='' i
  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${taking.flatMap(({ flags }) => flags).join('|')}) [[ \${COMP_WORDS[i + 1]} == = ]] && ((i++)); ((i++)) ;;
      ${commands.map((command) => command.name).join('|')}) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  case $prev in
${taking.map(valueCase).join('\n')}
  esac
  options='${flagsOf(options)}'
  case $command in
    '') words='${commands.map((command) => command.name).join(' ')}' ;;
${commands
  .map(
    (command) =>
      `    ${command.name}) options+=' ${flagsOf(command.options)}'; words='${command.choices.join(' ')}' ;;`,
  )
  .join('\n')}
  esac
  [[ $cur == -* ]] && words=$options
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F ${name} ${program}
`;
}

function valueCase({ flags, takes }: OptionWords): string {
  return `    ${flags.join('|')}) ${replyFor(takes)} return ;;`;
}

function replyFor(takes: OptionWords['takes']): string {
  if (takes === 'a file') {
    return `local IFS=$'\\n'; compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"));`;
  }
  if (typeof takes === 'string') return 'COMPREPLY=();';
  return `COMPREPLY=($(compgen -W '${takes.join(' ')}' -- "$cur"));`;
}

function flagsOf(options: readonly OptionWords[]): string {
  return options.flatMap(({ flags }) => flags).join(' ');
}
