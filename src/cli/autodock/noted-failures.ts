import type { Facts } from '../../explain/facts.ts';
import { readHost } from '../../explain/host-name.ts';
import type { Failures } from '../../model/failure.ts';
import { keysWithPrefix } from '../../model/keys.ts';
import type { Wiring } from '../../pass/clients.ts';
import { readFailures } from '../../survey/failures.ts';

/** What fronts noted of a host, which explains it; nothing where Redis cannot be seen, as is told already. */
export async function notedFailures(
  name: string,
  { redis, keyPrefix }: Facts,
  wiring: Wiring,
): Promise<Failures> {
  const reading = readHost(name);
  if (redis.kind === 'failed' || reading.kind !== 'host') return new Map();
  return readFailures(wiring.redis, keysWithPrefix(keyPrefix), reading.order);
}
