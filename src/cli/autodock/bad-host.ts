import { ConfigError } from '../../errors.ts';
import { typed } from '../show/words.ts';

/** What is wrong with a host of the command line, and what to write instead. */
export function badHost(
  text: string,
  { problem, remedy }: { readonly problem: string; readonly remedy: string },
): ConfigError {
  return new ConfigError('config', `${typed(text)} ${problem}. ${remedy}`);
}
