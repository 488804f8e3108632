import { type JsonRecord, parseRecord } from '../model/record.ts';

/** An engine keeps its last 256 events, each with the labels of its container. */
const MAX_BYTES = 32 * 1_024 * 1_024;

/**
 * Reads what an engine writes as one JSON object after the other, to its end, and leaves out what is not one.
 *
 * @throws Error if it is too long to be what an engine keeps
 */
export async function readJsonLines(body: AsyncIterable<Buffer>): Promise<readonly JsonRecord[]> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error('it does not end');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks)
    .toString()
    .split('\n')
    .map(parseRecord)
    .filter((item) => item !== null);
}
