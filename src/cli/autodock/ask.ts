import { createInterface } from 'node:readline';
import type { InputStream, TextStream } from '../output.ts';

/**
 * Asks a person for a yes; anything else, and the end of the input, is a no.
 *
 * @param question shown on `output`, apart from results
 */
export function confirm(
  question: string,
  { input, output }: { readonly input: InputStream; readonly output: TextStream },
): Promise<boolean> {
  output.write(`${question} [y/N] `);
  const lines = createInterface({ input });
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(/^\s*y(?:es)?\s*$/i.test(line));
      lines.close();
    });
    lines.once('close', () => resolve(false));
  });
}
