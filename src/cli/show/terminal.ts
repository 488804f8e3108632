import { styleText } from 'node:util';
import { forbidsColour } from '../../config/sources.ts';

/** What a piece of text is, for the eye; the words say the same without it. */
export type Tone = 'good' | 'bad' | 'warning' | 'faint' | 'strong';

/** What is asked of a stream that text is shown on; `process.stdout` is such. */
export interface Screen {
  readonly isTTY?: boolean;
  /** The width of a terminal. */
  readonly columns?: number;
  hasColors?(): boolean;
}

/** Where tables and explanations are shown. */
export interface Terminal {
  /** Columns. */
  readonly width: number;
  /** Gives text a colour, or leaves it as it is where there is none. */
  readonly paint: (tone: Tone, text: string) => string;
}

/** What every terminal has, and what a pipe gets. */
const STANDARD_WIDTH = 80;
/** Below this no table makes sense; the terminal itself breaks the lines then. */
const LEAST_WIDTH = 60;

const COLOURS = {
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  faint: 'dim',
  strong: 'bold',
} as const satisfies Record<Tone, string>;

/** The terminal behind a stream: its width, and colours only if it shows them and nobody objects (`NO_COLOR`). */
export function terminalOf(stream: Screen): Terminal {
  const isTerminal = stream.isTTY === true;
  const hasColours = isTerminal && stream.hasColors?.() === true && !forbidsColour();
  const columns = isTerminal ? (stream.columns ?? STANDARD_WIDTH) : STANDARD_WIDTH;
  return {
    // A terminal that does not know its width says 0.
    width: Math.max(LEAST_WIDTH, columns === 0 ? STANDARD_WIDTH : columns),
    paint: hasColours
      ? (tone, text) => styleText(COLOURS[tone], text, { validateStream: false })
      : (_tone, text) => text,
  };
}
