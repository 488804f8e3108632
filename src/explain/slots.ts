import { claimedBackends } from '../diff/ownership.ts';
import type { BackendOwner, ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import { shortId } from '../model/ids.ts';
import { placeOf } from './backend-place.ts';
import type { DockerFacts, HostMarks, RedisFacts } from './facts.ts';

/** Whose a backend is, for people and programs. */
export interface OwnerView {
  readonly owner: BackendOwner;
  /** The name that claims it; null: foreign. */
  readonly ownerId: string | null;
  /** The name of that owner's engine; null: not known, or foreign. */
  readonly engine: string | null;
}

/** One slot of a frontend. */
export interface SlotView extends OwnerView {
  readonly slot: number;
  readonly url: string;
  /** Short ids. */
  readonly containers: readonly string[];
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
  return claimedBackends(frontend, self).map(({ url, owner, containers }, slot) => ({
    slot,
    url,
    ...ownerView(owner, redis, self),
    containers,
    names: [],
    dead: dead.has(slot),
    ...usability(url),
  }));
}

/** The same slots, with what the running containers among theirs are called. */
export function withNames(
  slots: readonly SlotView[],
  docker: Pick<DockerFacts, 'containers'> | null,
): readonly SlotView[] {
  const names = new Map<string, string>(
    docker?.containers.map(({ id, name }) => [shortId(id), name]),
  );
  const nameOf = (id: string) => names.get(id) ?? [];
  return slots.map((slot) => ({ ...slot, names: slot.containers.flatMap(nameOf) }));
}

/** The slots that marks name, as fronts read them. */
export function deadSlots(marks: HostMarks | undefined): ReadonlySet<number> {
  return new Set((marks?.members ?? []).filter((text) => /^\d+$/.test(text)).map(Number));
}

function ownerView(owner: Owner | null, { owners }: RedisFacts, self: Owner | null): OwnerView {
  if (owner === null) return { owner: 'foreign', ownerId: null, engine: null };
  const engine = owners.find((seen) => seen.owner === owner)?.engine ?? null;
  return { owner: owner === self ? 'self' : 'other', ownerId: owner, engine };
}

function usability(url: string): Pick<SlotView, 'usable' | 'named'> {
  const place = placeOf(url);
  return { usable: place !== null, named: place?.isName ?? false };
}
