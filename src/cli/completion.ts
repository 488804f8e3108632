import { Argument, type Command } from 'commander';
import { SHELLS, type Shell, scriptFor } from './completion/scripts.ts';
import { vocabularyOf } from './completion/vocabulary.ts';

const HELP = `
  bash   autodock completion bash > /etc/bash_completion.d/autodock
         or in ~/.bashrc:   source <(autodock completion bash)
  zsh    autodock completion zsh > "\${fpath[1]}/_autodock"
         or in ~/.zshrc, after compinit:   source <(autodock completion zsh)
  fish   autodock completion fish > ~/.config/fish/completions/autodock.fish`;

/** `completion`: the script is made from the program itself, so that it is never out of date. */
export function defineCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', HELP.replaceAll('autodock', program.name()))
    .action((shell: Shell) => {
      program.configureOutput().writeOut?.(scriptFor(shell, vocabularyOf(program)));
    });
}
