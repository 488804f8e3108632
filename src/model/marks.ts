import { compareText } from './compare.ts';
import type { ObservedFrontend } from './frontend.ts';
import { lookupOrder } from './lookup.ts';

/** The dead marks under one requested host. */
export interface HostMarks {
  /** As they stand there; only decimal numbers mean a slot. */
  readonly members: readonly string[];
  /** When all of them lapse, milliseconds from now; null: never. */
  readonly expiresInMs: number | null;
}

/** The marks that the answers for one requested host are chosen by. */
export interface MarkedSlots {
  /** The host that was asked for; under a wildcard each has its own. */
  readonly host: string;
  /** Ascending. */
  readonly slots: readonly number[];
  /** null: never. */
  readonly expiresInMs: number | null;
}

/** The slots that marks name, as fronts read them. */
export function deadSlots(marks: HostMarks | undefined): ReadonlySet<number> {
  return new Set((marks?.members ?? []).filter((text) => /^\d+$/.test(text)).map(Number));
}

/**
 * Marks stand under the host that was asked for; they belong to whichever frontend answers for it, which is the
 * most exact one that is there, whatever stands in it.
 *
 * @param marks by requested host
 */
export function marksByVhost(
  marks: ReadonlyMap<string, HostMarks>,
  frontends: ReadonlyMap<string, ObservedFrontend>,
): ReadonlyMap<string, readonly MarkedSlots[]> {
  const byVhost = new Map<string, MarkedSlots[]>();
  const isThere = (vhost: string) => (frontends.get(vhost)?.list.kind ?? 'absent') !== 'absent';
  for (const [host, found] of [...marks].sort(([a], [b]) => compareText(a, b))) {
    const vhost = lookupOrder(host).find(isThere);
    const slots = [...deadSlots(found)].sort((a, b) => a - b);
    if (vhost === undefined || slots.length === 0) continue;
    const marked = { host, slots, expiresInMs: found.expiresInMs };
    byVhost.set(vhost, [...(byVhost.get(vhost) ?? []), marked]);
  }
  return byVhost;
}

/** Tells marks of other slots apart; a mark that is set anew changes nothing. null: not known. */
export function marksText(marks: ReadonlyMap<string, HostMarks> | null): string {
  return JSON.stringify([...(marks ?? [])].map(([host, { members }]) => [host, members]));
}
