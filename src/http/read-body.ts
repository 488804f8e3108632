import type { IncomingMessage } from 'node:http';

/**
 * Reads a request's body; null if it is larger, or the connection ends before it. Of a larger one no more than
 * that is kept; the rest goes by.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
    });
    request.on('end', () => resolve(size > maxBytes ? null : Buffer.concat(chunks).toString()));
    // Whoever is gone gets no answer; the promise ends all the same.
    request.on('close', () => resolve(null));
    request.on('error', () => resolve(null));
  });
}
