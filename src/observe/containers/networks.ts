import { messageOf } from '../../errors.ts';
import type { Barriers, NetworkAddress } from '../../model/container.ts';
import { growingMs } from '../../model/growing-pause.ts';

/** By the id and by the name of each network: podman 4.3 gives containers the name in place of the id. */
export type NetworkBarriers = ReadonlyMap<string, Barriers>;

/** What the reader of networks needs from outside. */
export interface NetworksOptions {
  /**
   * `GET /networks`, with a deadline of its own. Rejects if it fails or the reply is malformed; `denied` where
   * something before the engine does not let it through.
   */
  readonly read: () => Promise<NetworkBarriers | 'denied'>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Called when an answer comes that a pass waited for in vain: a pass should look again. */
  readonly onLate: () => void;
  /** Called once, when it is denied for the first time: addresses that the host does not reach cannot be told from others then. */
  readonly onDenied: () => void;
  /** Longest pause before a failed question is asked again, milliseconds. */
  readonly longestRetryMs: number;
}

/**
 * What is known of the networks. Nothing of it changes in a network's life, so each is asked about once; but for those
 * that podman calls by their names, which may be made anew, and what was denied, which may be let through one day.
 */
export interface Networks {
  /** Asks if one of them is seen for the first time, or failed and is due again. */
  request(networkIds: ReadonlySet<string>): void;
  /** What was told may be so no more: it is to be asked again. */
  isOld(): boolean;
  /** What a pass should wait for, unless one has waited for it in vain. */
  underWay(): readonly Promise<void>[];
  /** A pass has waited long enough. */
  givenUp(): void;
  /** What keeps the host from each network of a container, by its name; in words, what is not known of it yet. */
  barriers(addresses: readonly NetworkAddress[]): ReadonlyMap<string, Barriers> | string;
}

interface RetryPause {
  readonly times: number;
  readonly retryAt: number;
}

const NONE: ReadonlyMap<string, Barriers> = new Map();
const FIRST_RETRY_MS = 1_000;

/** Nothing is asked until a pass shows a network. */
export function createNetworks(options: NetworksOptions): Networks {
  const { now } = options;
  const told = createTold(options);
  let underWay: { readonly answer: Promise<void>; isLate: boolean } | null = null;
  let failure = { why: 'its networks are being asked about', times: 0, retryAt: 0 };
  const pauseAfter = growingPauses(options);
  const missing = createMissing(pauseAfter);

  const fail = (why: string) => {
    const pause = pauseAfter(failure.times + 1);
    failure = { why: `its networks are not known (${why})`, ...pause };
  };
  const keep = (reply: NetworkBarriers | 'denied', networkIds: ReadonlySet<string>) => {
    told.keep(reply, networkIds);
    // One that came, or went, while the engine answered; or a list that lags.
    missing.keep([...networkIds].filter((id) => !told.has(id)));
    failure = { why: 'the engine does not list one of its networks', times: 0, retryAt: 0 };
  };
  const isDue = (id: string) => !told.has(id) && missing.retryAt(id) <= now();
  const ask = async (networkIds: ReadonlySet<string>) => {
    // Decided: what fails makes the containers on new networks unknown, not the pass a failure.
    await options.read().then(
      (reply) => keep(reply, networkIds),
      (error: unknown) => fail(messageOf(error)),
    );
    const wasLate = underWay?.isLate === true;
    underWay = null;
    if (wasLate) options.onLate();
  };
  return {
    request(networkIds) {
      if (underWay !== null || failure.retryAt > now()) return;
      if (!(told.isOld() || [...networkIds].some(isDue))) return;
      underWay = { answer: ask(networkIds), isLate: false };
    },
    isOld: told.isOld,
    underWay: () => (underWay === null || underWay.isLate ? [] : [underWay.answer]),
    givenUp() {
      if (underWay !== null) underWay.isLate = true;
    },
    barriers: (addresses) => barriersOf(addresses, told, failure.why),
  };
}

type Told = ReturnType<typeof createTold>;

/** What the last answer told. */
function createTold({
  now,
  longestRetryMs,
  onDenied,
}: Pick<NetworksOptions, 'now' | 'longestRetryMs' | 'onDenied'>) {
  let known: NetworkBarriers | 'denied' = new Map();
  let answeredAt = now();
  /** podman lists its default network under another name than it tells of containers. */
  const namesAsked = new Set<string>();
  return {
    keep(reply: NetworkBarriers | 'denied', networkIds: ReadonlySet<string>) {
      if (reply === 'denied' && known !== 'denied') onDenied();
      known = reply;
      answeredAt = now();
      for (const id of networkIds) if (!isId(id)) namesAsked.add(id);
    },
    known: () => known,
    has: (id: string) => known === 'denied' || known.has(id) || namesAsked.has(id),
    isOld: () =>
      (known === 'denied' || namesAsked.size > 0) && answeredAt + longestRetryMs <= now(),
  };
}

function growingPauses({ now, longestRetryMs }: NetworksOptions): (times: number) => RetryPause {
  const range = { firstMs: FIRST_RETRY_MS, longestMs: longestRetryMs };
  return (times) => ({ times, retryAt: now() + growingMs(range, times) });
}

/** Those that an answer did not tell of: each has a pause of its own, so that none keeps others waiting. */
function createMissing(pauseAfter: (times: number) => RetryPause) {
  let pauses: ReadonlyMap<string, RetryPause> = new Map();
  return {
    keep(ids: readonly string[]) {
      pauses = new Map(ids.map((id) => [id, pauseAfter((pauses.get(id)?.times ?? 0) + 1)]));
    },
    retryAt: (id: string) => pauses.get(id)?.retryAt ?? 0,
  };
}

/** Of Docker, or of Swarm. podman has the name there. */
function isId(text: string): boolean {
  return /^(?:[0-9a-f]{64}|[0-9a-z]{25})$/.test(text);
}

/** @param why something is not told */
function barriersOf(
  addresses: readonly NetworkAddress[],
  told: Told,
  why: string,
): ReadonlyMap<string, Barriers> | string {
  const known = told.known();
  if (known === 'denied') return NONE;
  // Without an address nothing can be chosen there; without an id nothing can be asked.
  const asked = addresses.filter(
    ({ networkId, ipv4, ipv6 }) => (ipv4 ?? ipv6) !== null && networkId !== '',
  );
  if (!asked.every(({ networkId }) => told.has(networkId))) return why;
  const barred = asked.flatMap(({ network, networkId }) => {
    const { ipv4 = null, ipv6 = null } = known.get(networkId) ?? {};
    return (ipv4 ?? ipv6) === null ? [] : [[network, { ipv4, ipv6 }] as const];
  });
  return barred.length === 0 ? NONE : new Map(barred);
}
