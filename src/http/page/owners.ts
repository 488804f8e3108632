import type { StatusAnswer } from '../../answers/status.ts';
import { shortId } from './words.ts';

/** Says whose something is: by the name of the owner's engine, which people know, or by its own if that is not known. */
export type OwnerNames = (ownerId: string) => string;

/** Names that two engines share, as cloned machines do, are told apart by the beginning of the owner's. */
export function ownerNames(status: StatusAnswer | null): OwnerNames {
  const engines = new Map<string, string>();
  for (const { owner, engine } of status?.otherOwners ?? []) {
    if (engine !== null) engines.set(owner, engine);
  }
  if (status !== null && status.owner !== null && status.engine !== null) {
    engines.set(status.owner, status.engine.name);
  }
  const all = [...engines.values()];
  return (ownerId) => {
    const name = engines.get(ownerId) ?? '';
    if (name === '') return ownerId;
    const isShared = all.indexOf(name) !== all.lastIndexOf(name);
    return isShared ? `${name} (${shortId(ownerId)})` : name;
  };
}
