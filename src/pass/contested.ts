import { ObserveError } from '../errors.ts';
import type { Engine } from '../model/container.ts';
import type { Owner } from '../model/ids.ts';
import type { OwnerRecord } from '../model/owner-record.ts';

/** Says whose container addresses may overlap with ours, so that nothing was written. */
export function overlapping(other: Owner, { engine: name }: OwnerRecord): ObserveError {
  const message =
    `Redis: host ${name ?? other} (${other}) routes to container addresses, too, and one address would lead to two ` +
    'containers; nothing was written. Set AUTODOCK_ADDRESS=published and AUTODOCK_HOST_ADDRESS on both, or ' +
    'AUTODOCK_SHARED_NETWORK=true on both where one network joins their containers';
  return new ObserveError('owner-contested', message);
}

/** Says who passed under the owner of this engine, so that nothing was written. */
export function contested(record: OwnerRecord, engine: Engine): ObserveError {
  const { engineId, engine: name } = record;
  const message =
    'Redis: another engine passed under this owner a moment ago: ' +
    `${engineId} (${name ?? ''}), and this is ${engine.id} (${engine.name})${alike(record, engine)}; ` +
    'give each its own AUTODOCK_OWNER, ' +
    `and a cloned machine its own engine ID (delete /etc/docker/key.json and engine-id, restart Docker)${instead(record, engine)}`;
  return new ObserveError('owner-contested', message);
}

/** Two of one name differ in their boots alone. */
function alike({ engine, boot }: OwnerRecord, { name }: Engine): string {
  return engine === name ? `, another machine of the same name (its boot: ${boot ?? ''})` : '';
}

/** It need not be another machine. */
function instead({ engineId, engine: name, leaseMs }: OwnerRecord, engine: Engine): string {
  if (engineId !== engine.id) return '';
  const wait = leaseMs === null ? '' : `, for at most ${Math.ceil(leaseMs / 1_000)} s`;
  const change = name === engine.name ? 'booted' : 'renamed';
  return `; where this host was only ${change}, wait until that pass is forgotten${wait}`;
}
