import {
  debounceTime,
  EMPTY,
  filter,
  type GroupedObservable,
  groupBy,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  share,
  takeUntil,
  throttleTime,
  timer,
} from 'rxjs';
import type { EventAction } from './docker-event.ts';
import { type HeardEvent, inSteps, type Look, lookFor, SETTLE } from './looks.ts';

/** At these the list is right: 0 of 180 were wrong with 26.1, 28.5 and 29.7, also where 60 containers went at once. */
const TURNS: ReadonlySet<EventAction> = new Set(['start', 'die']);
/**
 * At these it is late, by 6 to 50 ms and once in ten by up to 0.25 s. Most announce a turn of the same container, which
 * comes before that: it is connected 0.2 s before it starts, and disconnected and stopped 10 ms before it is dead.
 */
const ANNOUNCEMENTS: ReadonlySet<EventAction> = new Set(['connect', 'disconnect', 'stop']);
const TURN_MS = 300;
/** What is left of the second for which the list is followed. */
const AFTER_TURN_MS = 700;
/** Nothing that is looked at changes at these: it does not run yet, or its end was told before. */
const SAY_NOTHING: ReadonlySet<EventAction> = new Set(['create', 'other']);
/** At these the list is late, by 10 to 50 ms and once in ten by up to 0.6 s. */
const STEPS_MS: Partial<Record<EventAction, readonly number[]>> = {
  pause: [50, 100, 250, 600],
  unpause: [50, 100, 250, 600],
  rename: [50, 950],
  malformed: [50, 100, 250, 600],
  // What comes of it is told, unless that event is lost.
  kill: [1_000],
};
/** The last net, for what nobody has measured: where no event comes for so long, one look more. */
const NET_MS = 5_000;
/** Longer than anything that follows an event of a container. */
const GROUP_MS = 2_000;

/** What the looks depend on. */
export interface PromptLookOptions {
  /** How long the engine took for its last list, milliseconds. */
  readonly listMs: () => number;
  /** Whether nothing that happens to this container changes a route. */
  readonly changesNoRoute: (container: string) => boolean;
}

/**
 * The looks at an engine whose list is right when it tells of a start or an end (Docker from 23 on): one at each of
 * these, and few besides. A list can cost such an engine 2 ms of a processor for each container, so that a dozen after
 * every event are more than all else that it does. What comes and goes and asks for nothing, as jobs do, is looked at
 * only now and then: to show it.
 *
 * What is remembered is a time and whom it is about, never what the event said.
 */
export function promptLooks(
  heard: Observable<HeardEvent>,
  { listMs, changesNoRoute }: PromptLookOptions,
): Observable<Look> {
  const telling = heard.pipe(filter(({ action }) => !SAY_NOTHING.has(action)));
  const isOfNoRoute = (container: string | null) => container !== null && changesNoRoute(container);
  const ofEach = telling.pipe(
    groupBy(({ container }) => container, {
      duration: (group) => group.pipe(debounceTime(GROUP_MS)),
    }),
    mergeMap((group) =>
      group.pipe(
        mergeMap((event) => looksAfter(event, group, listMs)),
        // Asked when it is time to look: by then it is known what the container asks for.
        map((look) => ({ look, isOfNoRoute: isOfNoRoute(group.key) })),
      ),
    ),
    share(),
  );
  const net = telling.pipe(
    filter(({ container }) => !isOfNoRoute(container)),
    debounceTime(NET_MS),
  );
  const ofNoRoute = ofEach.pipe(
    filter((one) => one.isOfNoRoute),
    throttleTime(NET_MS, undefined, { leading: false, trailing: true }),
  );
  return merge(
    ofEach.pipe(
      filter((one) => !one.isOfNoRoute),
      map(({ look }) => look),
    ),
    merge(net, ofNoRoute).pipe(map(() => SETTLE)),
  );
}

/** Until a turn of the same container, which is looked at itself. */
function looksAfter(
  event: HeardEvent,
  group: GroupedObservable<string | null, HeardEvent>,
  listMs: () => number,
): Observable<Look> {
  const { action } = event;
  const turn = group.pipe(filter((next) => TURNS.has(next.action)));
  const settle = (steps: readonly number[]) => inSteps(steps, listMs).pipe(map(() => SETTLE));
  // Its end was told before.
  if (action === 'destroy') return EMPTY;
  if (!ANNOUNCEMENTS.has(action)) {
    return merge(of(lookFor(event)), settle(STEPS_MS[action] ?? []).pipe(takeUntil(turn)));
  }
  return timer(TURN_MS).pipe(
    mergeMap(() => merge(of(lookFor(event)), settle([AFTER_TURN_MS]))),
    takeUntil(turn),
  );
}
