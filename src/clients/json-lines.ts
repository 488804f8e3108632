/** An engine keeps its last 256 events, each with the labels of its container. */
const MAX_BYTES = 32 * 1_024 * 1_024;

/**
 * Reads what an engine writes as one JSON object after the other, to its end, and leaves out what is not one.
 *
 * @throws Error if it is too long to be what an engine keeps
 */
export async function readJsonLines(
  body: AsyncIterable<Buffer>,
): Promise<readonly Record<string, unknown>[]> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error('it does not end');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString().split('\n').flatMap(objectIn);
}

function objectIn(line: string): readonly Record<string, unknown>[] {
  try {
    const value: unknown = JSON.parse(line);
    const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isRecord ? [value as Record<string, unknown>] : [];
  } catch {
    // Decided: no event; the others still are.
    return [];
  }
}
