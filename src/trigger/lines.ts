import { StringDecoder } from 'node:string_decoder';

/** No engine sends a longer line as an event: it is dropped, told as null, and the stream lives. */
const MAX_LINE_LENGTH = 1_048_576;

/**
 * Cuts a stream of bytes into lines: one chunk may hold several, one line several chunks, a multi-byte
 * character two chunks. Returns what each chunk completes; null stands for a line that was too long.
 */
export function lineSplitter(): (chunk: Buffer) => readonly (string | null)[] {
  const decoder = new StringDecoder('utf8');
  let rest: string | null = '';
  const grow = (part: string) =>
    rest === null || rest.length + part.length > MAX_LINE_LENGTH ? null : rest + part;
  return (chunk) => {
    const parts = decoder.write(chunk).split('\n');
    const unfinished = parts.pop() ?? '';
    const lines = parts.map((part) => {
      const line = grow(part);
      rest = '';
      return line;
    });
    rest = grow(unfinished);
    return lines.filter((line) => line !== '');
  };
}
