import type { Logger } from 'pino';
import type { Workload } from '../model/workload.ts';

/** A new container is unknown until it was inspected; whoever is so for longer is told. */
const LONG_MS = 10_000;
const REMEDY =
  'docker inspect NAME; if it hangs, the engine is stuck with it: journalctl -u docker -n 50';

/** Says once of each workload that it could not be looked at for a while, and once that all could again. */
export function createUnreadableWarning(
  log: Logger,
  wallClock: () => number,
): (workloads: readonly Workload[]) => void {
  let since: ReadonlyMap<string, number> = new Map();
  let told: ReadonlySet<string> = new Set();
  return (workloads) => {
    const unknown = workloads.filter((one) => one.kind !== 'known');
    if (unknown.length === 0 && since.size === 0) return;
    const now = wallClock();
    since = new Map(unknown.map(({ id }) => [id, since.get(id) ?? now]));
    const long = unknown.filter(({ id }) => now - (since.get(id) ?? now) >= LONG_MS);
    const fresh = long.filter(({ id }) => !told.has(id));
    if (fresh.length > 0) {
      const unreadable = fresh.map(({ id, name, why }) => ({ id, name, why }));
      const words =
        'Containers cannot be read; what they have stays, and others are routed as ever';
      log.warn({ unreadable, remedy: REMEDY }, words);
    }
    if (told.size > 0 && long.length === 0) log.info('All containers can be read again');
    told = new Set(long.map(({ id }) => id));
  };
}
