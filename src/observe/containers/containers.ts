import type { DockerSession } from '../../clients/docker-session.ts';
import type { ContainerLine, KnownContainer, ObservedContainer } from '../../model/container.ts';
import type { ContainerId } from '../../model/ids.ts';
import type { LookOptions } from '../workloads.ts';
import { assemble } from './assemble.ts';
import type { ListedLine } from './container-line.ts';
import {
  askClaimants,
  type Dispute,
  findDisputes,
  type Settlement,
  settleDisputes,
} from './disputes.ts';
import { createDoubts } from './doubts.ts';
import type { InspectReply } from './inspection.ts';
import type { InspectionState } from './inspection-cache.ts';
import type { Inspections } from './inspections.ts';
import { createLister } from './list.ts';
import type { Networks } from './networks.ts';
import { createStackLines } from './stack-lines.ts';
import type { Stops } from './stops.ts';

/** Reads the running containers; see `createContainerObserver`. */
export interface ContainerObserver {
  /** @throws ObserveError if the list cannot be read in full */
  observe(session: DockerSession, how: ObserveOptions): Promise<readonly ObservedContainer[]>;
}

/** How containers are observed. */
export interface ObserveOptions extends LookOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

interface Settled {
  readonly listed: readonly ListedLine[];
  readonly containers: readonly ObservedContainer[];
}

/**
 * Docker as it is now: its list, and what inspections have told so far. A container that is not fully
 * known is *unknown*, never absent; one whose inspection says 404 is gone, whatever the list still shows.
 */
export function createContainerObserver(
  inspections: Inspections,
  networks: Networks,
  stops: Stops,
): ContainerObserver {
  const lister = createLister();
  const doubts = createDoubts(inspections);
  const told = { inspections, networks, doubts, stops };
  /** When the list of the last time was asked for, the engine's clock. */
  let listedBefore: number | null = null;
  let assembled: ReadonlyMap<ContainerId, KnownContainer> = new Map();
  let denied: Settlement['denied'] = new Set();
  /** The last result, while nothing was left open in it. */
  let settled: Settled | null = null;
  const stackLines = createStackLines(inspections);
  const { request, retain } = createMemory({ inspections, networks, stops });
  return {
    async observe(session, { patienceMs, isRouted, now }) {
      const [before, askedAt] = [listedBefore, session.timeAt(now())];
      const listed = await lister.list(session, {
        // Beside the question about health, which takes an engine as long as the list.
        onLines: request,
        mayHaveHealth: (id) => mayHaveHealth(inspections.state(id)),
      });
      listedBefore = askedAt;
      const isSame = settled?.listed === listed && !stops.isAnyStopping() && !networks.isOld();
      if (settled !== null && isSame) return settled.containers;
      const lines = await stackLines.readable(listed, patienceMs);
      // What failed before may be due again, though the list is the same.
      request(lines);
      if (Number.isFinite(patienceMs)) retain(lines);
      const disputes = findDisputes(lines, denied);
      const { replies, answered } = askAll(inspections, disputes, assembled);
      const context = { isRouted, listedBefore: before, listedAt: askedAt, now: now() };
      const asked = doubts.ask(lines, context);
      const also = [...answered, ...networks.underWay(), ...asked, ...stops.ask(lines)];
      await inspections.settled(patienceMs, also);
      networks.givenUp();
      const settlement = settleDisputes(disputes, replies);
      denied = settlement.denied;
      const knowledge = { ...told, settlement, before: assembled };
      const containers = listed.flatMap((line) => assemble(stackLines.complete(line), knowledge));
      assembled = knownOf(containers);
      settled =
        disputes.length === 0 && containers.every(isDecided) ? { listed, containers } : null;
      return containers;
    },
  };
}

/** What is asked about listed containers beside the list, and kept. */
function createMemory({
  inspections,
  networks,
  stops,
}: {
  readonly inspections: Inspections;
  readonly networks: Networks;
  readonly stops: Stops;
}) {
  return {
    request(lines: readonly ContainerLine[]) {
      inspections.request(youngestFirst(lines, inspections));
      networks.request(networksOf(lines, inspections));
    },
    /** Forgets all others. */
    retain(lines: readonly ContainerLine[]) {
      const ids = new Set(lines.map(({ id }) => id));
      inspections.retain(ids);
      stops.retain(ids);
    },
  };
}

function knownOf(
  containers: readonly ObservedContainer[],
): ReadonlyMap<ContainerId, KnownContainer> {
  const known = containers.filter((container) => container.kind === 'known');
  return new Map(known.map((container) => [container.id, container]));
}

/** Whoever was set back, is older than its network, or is stopping, is looked at again, though the list is the same. */
function isDecided(container: ObservedContainer): boolean {
  return container.kind === 'known'
    ? container.setBackTo === null &&
        !container.isOlderThanNetwork &&
        container.state !== 'stopping'
    : container.kind !== 'unknown';
}

/**
 * Who has to be asked about first. What an old engine's list shows of the dead are the older ones, and their
 * inspections hang: a controller that starts in a storm would wait for them before it knows the living.
 */
function youngestFirst(
  lines: readonly ContainerLine[],
  { state }: Inspections,
): ReadonlySet<ContainerId> {
  const unknown = lines.filter(({ id }) => state(id).kind === 'unknown');
  return new Set(unknown.toSorted((a, b) => b.createdAt - a.createdAt).map(({ id }) => id));
}

/** A container keeps its HEALTHCHECK, or its having none, for life; one that is gone has no more of either. */
function mayHaveHealth(state: InspectionState): boolean {
  return state.kind === 'unknown' || (state.kind === 'known' && state.inspection.hasHealthcheck);
}

/** Asks anew who really has the disputed addresses, each container once; the replies fill up as they come. */
function askAll(
  inspections: Inspections,
  disputes: readonly Dispute[],
  before: ReadonlyMap<ContainerId, KnownContainer>,
) {
  const replies = new Map<ContainerId, InspectReply | 'gone' | null>();
  const asked = new Map<ContainerId, Promise<InspectReply | 'gone' | null>>();
  const ask = (id: ContainerId, isLikely: boolean) => {
    const work =
      asked.get(id) ?? inspections.confirm(id, isLikely).then((reply) => keep(id, reply));
    asked.set(id, work);
    return work;
  };
  const keep = (id: ContainerId, reply: InspectReply | 'gone' | null) => {
    replies.set(id, reply);
    return reply;
  };
  const asking = { ask, isHanging: inspections.isHanging };
  const answered = disputes.map((dispute) => askClaimants(dispute, before, asking));
  return { replies, answered };
}

/** Those on which a container has an address; what is known to be gone has none, whatever the list shows. */
function networksOf(lines: readonly ContainerLine[], { state }: Inspections): ReadonlySet<string> {
  const shown = lines
    .filter(({ id }) => state(id).kind !== 'gone')
    .flatMap(({ addresses }) => addresses)
    .filter(({ networkId, ipv4, ipv6 }) => networkId !== '' && (ipv4 ?? ipv6) !== null);
  return new Set(shown.map(({ networkId }) => networkId));
}
