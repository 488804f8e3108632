import type { Logger } from 'pino';

const APART_MS = 10_000;

/**
 * Says once that the clocks of this host and of Redis' are apart. No route rests on that, but the logs and times of
 * several hosts cannot be compared. One difference is none yet: an answer may have been late, as on a host that slept.
 *
 * @returns told of Redis' clock when it has been read: milliseconds since 1970
 */
export function createClockWarning(log: Logger, wallClock: () => number) {
  let [wasApart, isTold] = [false, false];
  return (redisNow: number): void => {
    const aheadMs = wallClock() - redisNow;
    const isApart = Math.abs(aheadMs) > APART_MS;
    if (isApart && wasApart && !isTold) log.warn({ aheadMs, remedy: REMEDY }, wordsFor(aheadMs));
    isTold = isApart && (isTold || wasApart);
    wasApart = isApart;
  };
}

const REMEDY = 'have the time of all hosts set by NTP: timedatectl set-ntp true';

function wordsFor(aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const where = aheadMs > 0 ? 'ahead of' : 'behind';
  return `The clock of this host is ${seconds} s ${where} that of Redis`;
}
