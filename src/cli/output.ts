import { problemLine } from './problem.ts';
import type { Screen } from './show/terminal.ts';

/** A stream for text; `process.stdout` and `process.stderr` are such. */
export interface TextStream extends Screen {
  write(text: string, done?: (error?: Error | null) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Where a person may answer; `process.stdin` is such. */
export type InputStream = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** Where a command runs. `process` is one. */
export interface Host {
  readonly stdin: InputStream;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
}

/**
 * Writes a result. A reader that has gone (`autodock plan | head`) has what it wanted.
 *
 * @returns when it is written
 * @throws what the system says, a full disk for example
 */
export function print(stream: TextStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error && !isClosedPipe(error)) reject(error);
      else resolve();
    });
  });
}

/**
 * Lets the program outlive its output: without a listener the first failed log line would end it, and
 * its work matters more. A full disk is told once, on the other stream; a reader that has gone is not.
 */
export function outliveOutput({ stdout, stderr }: Omit<Host, 'stdin'>): void {
  let isTold = false;
  stdout.on('error', (error) => {
    if (isTold || isClosedPipe(error)) return;
    isTold = true;
    stderr.write(problemLine(`stdout: ${error.message}; the log is lost until that is mended`));
  });
  // There is no stream left to tell it on.
  stderr.on('error', () => undefined);
}

/** Whether the reader of a stream has gone. */
export function isClosedPipe(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE';
}
