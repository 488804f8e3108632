import type { StatusAnswer } from '../../answers/status.ts';
import { ownerNames } from './owners.ts';

/** A host that writes to this Redis, as the page shows it. */
export interface HostRow {
  readonly owner: string;
  readonly name: string;
  /** The page is of its controller. */
  readonly isThis: boolean;
  readonly state: StatusAnswer['otherOwners'][number]['state'];
  /** When it gave its last sign of life, by the clock of Redis; null: not known. */
  readonly lastSignAt: string | null;
  /** null: it publishes none. */
  readonly leaseMs: number | null;
  /** How its backends are reached, and the version of its autodock, as far as it tells. */
  readonly also: string;
}

/** All hosts, those in trouble first; none where this one is alone, or not known yet. */
export function hostRows(status: StatusAnswer | null): readonly HostRow[] {
  if (status === null || status.owner === null || status.otherOwners.length === 0) return [];
  const nameOf = ownerNames(status);
  const { owner, lease } = status;
  const own: HostRow = {
    ...{ owner, name: nameOf(owner), isThis: true, state: 'live' },
    ...{ lastSignAt: lease.renewedAt, leaseMs: lease.ms },
    also: `version ${status.version}`,
  };
  const others = status.otherOwners.map((other): HostRow => {
    const { address, version, ...rest } = other;
    const also = [address, version === null ? null : `version ${version}`];
    return {
      ...{ owner: rest.owner, name: nameOf(rest.owner), isThis: false, state: rest.state },
      ...{ lastSignAt: rest.lastSignAt, leaseMs: rest.leaseMs },
      also: also.filter((word) => word !== null).join(', '),
    };
  });
  const order: readonly HostRow['state'][] = ['lapsed', 'unknown', 'live'];
  return [own, ...others].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
}
