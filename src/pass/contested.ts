import { ObserveError } from '../errors.ts';
import type { Engine } from '../model/container.ts';
import type { OwnerRecord } from '../model/owner-record.ts';

/** Says who passed under the owner of this engine, so that nothing was written. */
export function contested(
  { engineId, engine: name, leaseMs }: OwnerRecord,
  engine: Engine,
): ObserveError {
  const isRenamed = engineId === engine.id;
  const wait = leaseMs === null ? '' : `, for at most ${Math.ceil(leaseMs / 1_000)} s`;
  const message =
    'Redis: another engine passed under this owner a moment ago: ' +
    `${engineId} (${name ?? ''}), and this is ${engine.id} (${engine.name}); give each its own AUTODOCK_OWNER, ` +
    'and a cloned machine its own engine ID (delete /etc/docker/key.json and engine-id, restart Docker)' +
    (isRenamed
      ? `; where this host was only renamed, wait until that pass is forgotten${wait}`
      : '');
  return new ObserveError('owner-contested', message);
}
