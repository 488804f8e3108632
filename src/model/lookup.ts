/** hipache takes at most this many labels after `*.`. */
const WILDCARD_LABELS = 5;

/**
 * The vhosts that hipache looks up for a requested host, in its order: the host itself, wildcards from the
 * longest to the shortest, `*`. The first that has a frontend answers.
 */
export function lookupOrder(host: string): readonly string[] {
  const labels = host.split('.');
  const longest = Math.min(WILDCARD_LABELS, labels.length - 1);
  const wildcards = Array.from(
    { length: longest },
    (_, index) => `*.${labels.slice(index - longest).join('.')}`,
  );
  return [host, ...wildcards, '*'];
}
