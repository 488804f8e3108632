/**
 * Whether a Redis whose memory is full removes keys by itself: a list, which takes its host away; or the claims of an
 * owner, after which nobody withdraws what it wrote.
 *
 * @param policy its `maxmemory-policy`; null: it does not tell
 */
export function mayEvict(policy: string | null): boolean {
  return policy !== null && policy !== 'noeviction';
}
