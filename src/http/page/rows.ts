import type { ShownBackend, ShownFailure, ShownMarks, ShownRoute } from '../../answers/routes.ts';
import { hostUrl } from './host-url.ts';
import { type OwnerNames, ownerNames } from './owners.ts';
import type { PageState } from './state.ts';

/** One backend of a route, all its copies together. */
export interface BackendRow {
  readonly url: string;
  /** In how many slots it stands. */
  readonly weight: number;
  /** In how many of them it is marked dead; under a wildcard, for the host that has the most. */
  readonly deadSlots: number;
  /** When its marks lapse, milliseconds since 1970; null: never, or it is not marked. */
  readonly deadUntil: number | null;
  /** No connection to it. */
  readonly unproven: boolean;
  readonly owner: ShownBackend['owner'];
  readonly ownerId: string | null;
  /** What people call the owner; empty: foreign. */
  readonly ownerName: string;
  /** Names, or short ids of containers of which no host tells. */
  readonly containers: readonly string[];
}

/** What is wrong with a route, worst first. */
const ROUTE_STATES = ['dead', 'unproven', 'held', 'impaired', 'routed'] as const;
/** One of {@link ROUTE_STATES}. */
export type RouteState = (typeof ROUTE_STATES)[number];

/** One route as it is shown. */
export interface RouteRow {
  readonly vhost: string;
  /** Where a browser opens it; null: nowhere, as it is a wildcard. */
  readonly url: string | null;
  /**
   * `dead`: no backend that is not marked, under a wildcard for a host at least; `unproven`: none that accepts a
   * connection; `impaired`: some are or do not.
   */
  readonly state: RouteState;
  /** Under a wildcard, the hosts for which every backend is marked. */
  readonly deadHosts: readonly string[];
  readonly backends: readonly BackendRow[];
  /** The last ones, newest first. */
  readonly failures: readonly ShownFailure[];
  /** What a search looks at, lower case. */
  readonly words: string;
}

/** What a row is told from besides its route. */
interface Known {
  readonly ownerName: OwnerNames;
  readonly frontPort: number | null;
  /** When the routes were asked for, milliseconds since 1970. */
  readonly at: number;
}

/** The routes, what is wrong on top, else by name. */
export function routeRows({
  routes,
  routesAt,
  status,
}: Pick<PageState, 'routes' | 'routesAt' | 'status'>): readonly RouteRow[] {
  const known: Known = {
    ownerName: ownerNames(status),
    frontPort: status?.frontPort ?? null,
    at: routesAt,
  };
  const rows = (routes ?? []).map((route) => routeRow(route, known));
  const rank = ({ state }: RouteRow) => ROUTE_STATES.indexOf(state);
  return rows.sort((a, b) => rank(a) - rank(b));
}

function routeRow(route: ShownRoute, known: Known): RouteRow {
  const { vhost, dead } = route;
  // Each host has marks of its own: what is dead for one is as good as before for the others.
  const marked = (dead ?? []).map((marks) => ({
    host: marks.host,
    backends: together(route, deadSlots(marks, known.at), known),
  }));
  const unmarked = together(route, new Map(), known);
  const backends = unmarked.map((row, index) =>
    worst(
      marked.map((one) => one.backends[index]),
      row,
    ),
  );
  const deadFor = marked.filter((one) => one.backends.every(isDead)).map(({ host }) => host);
  const words = backends.flatMap(({ url, containers, ownerId, ownerName }) => [
    url,
    ...containers,
    ownerId ?? 'foreign',
    ownerName,
  ]);
  return {
    vhost,
    url: hostUrl(vhost, known.frontPort),
    state: stateOf(route, backends, deadFor),
    deadHosts: deadFor.filter((host) => host !== vhost),
    backends,
    failures: route.failures ?? [],
    words: [vhost, ...words].join(' ').toLowerCase(),
  };
}

function stateOf(
  { held }: ShownRoute,
  backends: readonly BackendRow[],
  deadFor: readonly string[],
): RouteState {
  if (held) return 'held';
  if (backends.every(({ deadSlots: slots, unproven }) => slots === 0 && !unproven)) return 'routed';
  if (backends.every(({ unproven }) => unproven)) return 'unproven';
  return deadFor.length > 0 ? 'dead' : 'impaired';
}

function isDead({ deadSlots: slots, weight, unproven }: BackendRow): boolean {
  return slots === weight || unproven;
}

function worst(rows: readonly (BackendRow | undefined)[], unmarked: BackendRow): BackendRow {
  return rows.reduce<BackendRow>(
    (most, row) => (row !== undefined && row.deadSlots > most.deadSlots ? row : most),
    unmarked,
  );
}

/** Slot to the time when its mark lapses, milliseconds since 1970. */
function deadSlots({ slots, expiresInMs }: ShownMarks, at: number): ReadonlyMap<number, number> {
  const lapses = expiresInMs === null ? Number.POSITIVE_INFINITY : at + expiresInMs;
  return new Map(slots.map((slot) => [slot, lapses]));
}

/** Copies of one URL of one owner as one row, in the order of their first slots. */
function together(
  { backends }: ShownRoute,
  dead: ReadonlyMap<number, number>,
  { ownerName }: Known,
): readonly BackendRow[] {
  const rows = new Map<string, BackendRow>();
  backends.forEach(({ url, owner, ownerId, names, unproven }, slot) => {
    const key = `${ownerId} ${url}`;
    const known = rows.get(key);
    const until = Math.max(known?.deadUntil ?? 0, dead.get(slot) ?? 0);
    rows.set(key, {
      url,
      owner,
      ownerId,
      ownerName: ownerId === null ? '' : ownerName(ownerId),
      weight: (known?.weight ?? 0) + 1,
      deadSlots: (known?.deadSlots ?? 0) + (dead.has(slot) ? 1 : 0),
      unproven: unproven === true,
      deadUntil: Number.isFinite(until) && until > 0 ? until : null,
      containers: [...new Set([...(known?.containers ?? []), ...names])],
    });
  });
  return [...rows.values()];
}
