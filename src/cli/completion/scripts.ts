import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import type { Vocabulary } from './vocabulary.ts';
import { zshScript } from './zsh.ts';

/** The shells that a script can be made for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** What completes a program's words in a shell: to be sourced, or put where the shell looks for it. */
export function scriptFor(shell: Shell, vocabulary: Vocabulary): string {
  switch (shell) {
    case 'bash':
      return bashScript(vocabulary);
    case 'zsh':
      return zshScript(vocabulary);
    case 'fish':
      return fishScript(vocabulary);
  }
}
