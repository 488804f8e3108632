/** Of TCP and UDP. */
export const HIGHEST_PORT = 65_535;

/** Reads a port as people write it, strictly decimal, from 1 to {@link HIGHEST_PORT}; null: it is not such. */
export function parsePort(text: string): number | null {
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= HIGHEST_PORT ? port : null;
}
