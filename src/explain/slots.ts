import type { ObservedFrontend, OwnedBackend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import { shortId } from '../model/ids.ts';
import { deadSlots, type HostMarks } from '../model/marks.ts';
import { ownedBackends } from '../model/ownership.ts';
import { placeOf } from './backend-place.ts';
import type { RedisFacts, RunningFacts } from './facts.ts';

/** Whose a backend is, for people and programs. */
export interface OwnerView extends Pick<OwnedBackend, 'owner' | 'ownerId'> {
  /** The name of that owner's engine; null: not known, or foreign. */
  readonly engine: string | null;
}

/** One slot of a frontend. */
export interface SlotView extends OwnedBackend, OwnerView {
  readonly slot: number;
  /** The names of those that run; none if Docker could not be read. */
  readonly names: readonly string[];
  readonly dead: boolean;
  /** Whether a front can connect to what stands there at all. */
  readonly usable: boolean;
  /** It is a name, which fronts look up. */
  readonly named: boolean;
}

/** Every slot of a frontend's list as a front sees it for a host with these marks. */
export function slotsOf(
  frontend: ObservedFrontend,
  marks: HostMarks | undefined,
  redis: RedisFacts,
  self: Owner | null,
): readonly SlotView[] {
  const dead = deadSlots(marks);
  return ownedBackends(frontend, self).map((backend, slot) => ({
    slot,
    ...backend,
    engine: redis.owners.find(({ owner }) => owner === backend.ownerId)?.engine ?? null,
    names: [],
    dead: dead.has(slot),
    ...usability(backend.url),
  }));
}

/** The same slots, with what those that run among theirs are called. */
export function withNames(
  slots: readonly SlotView[],
  running: Pick<RunningFacts, 'workloads'> | null,
): readonly SlotView[] {
  const names = new Map<string, string>(
    running?.workloads.map(({ id, name }) => [shortId(id), name]),
  );
  const nameOf = (id: string) => names.get(id) ?? [];
  return slots.map((slot) => ({ ...slot, names: slot.containers.flatMap(nameOf) }));
}

function usability(url: string): Pick<SlotView, 'usable' | 'named'> {
  const place = placeOf(url);
  return { usable: place !== null, named: place?.isName ?? false };
}
