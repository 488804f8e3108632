import { compareText } from '../model/compare.ts';
import type { DesiredBackend, DesiredFrontend, Rejection } from '../model/frontend.ts';
import type { BackendUrl, Vhost } from '../model/ids.ts';
import type { Ask, Judgement, Petition } from './ask.ts';
import type { Grounds } from './grounds.ts';
import { sharingHints } from './services.ts';
import { shareOptions } from './shared-options.ts';
import { chooseVersion, isVersioned, type VersionContext } from './versions.ts';

/** More entries of ours do not stand in one list, weights counted. */
const ENTRIES_PER_VHOST = 1000;

const LIST_IS_FULL: Grounds = {
  reason: 'limit',
  detail: `Older containers fill the ${ENTRIES_PER_VHOST} entries that one vhost may have, weights counted.`,
  remedy: 'Lower the weights, or run fewer containers for one vhost.',
};

/** All that containers ask for, vhost by vhost. */
export interface Grouped {
  /** Sorted by vhost (code units). */
  readonly frontends: ReadonlyMap<Vhost, DesiredFrontend>;
  /** What containers ask for in vain, as older ones fill the list, or another version has the host. */
  readonly denied: ReadonlyMap<Judgement, readonly Denial[]>;
  /** What those are told that share a host with another service of their project. */
  readonly sharing: ReadonlyMap<Judgement, readonly string[]>;
  /** What those are told that are routed, and ask something of fronts that does not count. */
  readonly conflicts: ReadonlyMap<Judgement, readonly Rejection[]>;
}

/** What a container asks for in vain, and why. */
export interface Denial {
  readonly ask: Ask;
  readonly rejection: Rejection;
}

/**
 * Groups what containers ask for. Two with one URL: the oldest gives the id, the largest weight counts.
 *
 * @param last the frontends of last time: an equal one is that very object, so that diff can tell.
 * @param contextOf what the choice of a host's version rests on
 */
export function groupByVhost(
  judgements: readonly Judgement[],
  last: ReadonlyMap<Vhost, DesiredFrontend>,
  contextOf: (vhost: Vhost) => VersionContext,
): Grouped {
  const frontends = new Map<Vhost, DesiredFrontend>();
  const denied = new Map<Judgement, readonly Denial[]>();
  const deny = ({ judgement, ask }: Petition, grounds: Grounds) => {
    const denial = { ask, rejection: { ...grounds, vhost: ask.vhost } };
    denied.set(judgement, [...(denied.get(judgement) ?? []), denial]);
  };
  const sharing = new Map<Judgement, readonly string[]>();
  const conflicts = new Map<Judgement, readonly Rejection[]>();
  const byVhost = Array.from(petitionsByVhost(judgements));
  for (const [vhost, petitions] of byVhost.sort(([a], [b]) => compareText(a, b))) {
    const chosen = chooseVersion(petitions, contextOf(vhost));
    for (const [petition, grounds] of chosen.passedOver) deny(petition, grounds);
    const { backends, routed, inVain } = fill(chosen.petitions);
    for (const petition of inVain) deny(petition, LIST_IS_FULL);
    const sharers = petitions.map(({ judgement }) => judgement);
    for (const [judgement, hint] of sharingHints(vhost, sharers, sharers.some(isVersioned))) {
      sharing.set(judgement, [...(sharing.get(judgement) ?? []), hint]);
    }
    const named = petitions.find(({ judgement }) => judgement.primary !== null);
    const identifier = named?.judgement.primary ?? vhost;
    const { conflicts: unheard, ...asked } = shareOptions(routed);
    for (const [judgement, rejection] of unheard) {
      conflicts.set(judgement, [...(conflicts.get(judgement) ?? []), rejection]);
    }
    frontends.set(vhost, sameAs(last.get(vhost), { vhost, identifier, backends, ...asked }));
  }
  return { frontends, denied, sharing, conflicts };
}

/** Each vhost's petitions, those of the oldest container first. */
function petitionsByVhost(
  judgements: readonly Judgement[],
): ReadonlyMap<Vhost, readonly Petition[]> {
  const byVhost = new Map<Vhost, Petition[]>();
  for (const judgement of [...judgements].sort(byAge)) {
    for (const ask of judgement.asks) {
      const others = byVhost.get(ask.vhost);
      if (others === undefined) {
        byVhost.set(ask.vhost, [{ judgement, ask }]);
      } else {
        others.push({ judgement, ask });
      }
    }
  }
  return byVhost;
}

/** Oldest first; of one second, by id. */
function byAge(a: Judgement, b: Judgement): number {
  return a.createdAt - b.createdAt || compareText(a.id, b.id);
}

function fill(oldestFirst: readonly Petition[]): {
  readonly backends: readonly DesiredBackend[];
  readonly routed: readonly Petition[];
  readonly inVain: readonly Petition[];
} {
  const byUrl = new Map<BackendUrl, DesiredBackend>();
  const routed: Petition[] = [];
  const inVain: Petition[] = [];
  let entries = 0;
  for (const petition of oldestFirst) {
    const { backend } = petition.ask;
    if (backend !== null) {
      const merged = heavier(byUrl.get(backend.url), backend);
      const more = merged.ids.length - (byUrl.get(backend.url)?.ids.length ?? 0);
      if (entries + more > ENTRIES_PER_VHOST) {
        inVain.push(petition);
      } else {
        entries += more;
        byUrl.set(backend.url, merged);
        routed.push(petition);
      }
    }
  }
  const backends = Array.from(byUrl.values()).sort((a, b) => compareText(a.url, b.url));
  return { backends, routed, inVain };
}

function heavier(older: DesiredBackend | undefined, younger: DesiredBackend): DesiredBackend {
  const [oldest] = older?.ids ?? [];
  if (older === undefined || oldest === undefined) {
    return younger;
  }
  return older.ids.length >= younger.ids.length
    ? older
    : { url: older.url, ids: younger.ids.map(() => oldest) };
}

function sameAs(last: DesiredFrontend | undefined, now: DesiredFrontend): DesiredFrontend {
  const isSame =
    last !== undefined &&
    last.identifier === now.identifier &&
    last.options === now.options &&
    last.backends.length === now.backends.length &&
    now.backends.every((backend, index) => isSameBackend(backend, last.backends[index]));
  return isSame ? last : now;
}

function isSameBackend(a: DesiredBackend, b: DesiredBackend | undefined): boolean {
  return (
    a === b ||
    (a.url === b?.url && a.ids.length === b.ids.length && a.ids.every((id, i) => id === b.ids[i]))
  );
}
