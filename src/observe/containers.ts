import type { DockerSession } from '../clients/docker.ts';
import type {
  ContainerLine,
  KnownContainer,
  NetworkAddress,
  ObservedContainer,
  UnreadableContainer,
} from '../model/container.ts';
import type { ContainerId } from '../model/ids.ts';
import {
  askClaimants,
  type Dispute,
  findDisputes,
  type Settlement,
  settleDisputes,
} from './disputes.ts';
import type { InspectReply } from './inspection.ts';
import type { InspectionState } from './inspection-cache.ts';
import type { Inspections } from './inspections.ts';
import { createLister } from './list.ts';

/** Reads the running containers; see `createContainerObserver`. */
export interface ContainerObserver {
  /**
   * @param patienceMs how long to wait for inspections under way; `Infinity` waits for all of them
   * @throws ObserveError if the list cannot be read in full
   */
  observe(session: DockerSession, patienceMs: number): Promise<readonly ObservedContainer[]>;
}

interface Settled {
  readonly listed: readonly (ContainerLine | UnreadableContainer)[];
  readonly containers: readonly ObservedContainer[];
}

/**
 * Docker as it is now: its list, and what inspections have told so far. A container that is not fully
 * known is *unknown*, never absent; one whose inspection says 404 is gone, whatever the list still shows.
 */
export function createContainerObserver(inspections: Inspections): ContainerObserver {
  const lister = createLister();
  let assembled: ReadonlyMap<ContainerId, KnownContainer> = new Map();
  let denied: Settlement['denied'] = new Set();
  /** The last result, while nothing was left open in it. */
  let settled: Settled | null = null;
  return {
    async observe(session, patienceMs) {
      const listed = await lister.list(session, {
        // Beside the question about health, which takes an engine as long as the list.
        onLines: (lines) => inspections.request(youngestFirst(lines, inspections)),
        mayHaveHealth: (id) => mayHaveHealth(inspections.state(id)),
      });
      if (settled?.listed === listed) return settled.containers;
      const lines = listed.filter((line): line is ContainerLine => !('kind' in line));
      const ids = new Set(lines.map((line) => line.id));
      // What failed before may be due again, though the list is the same.
      inspections.request(youngestFirst(lines, inspections));
      if (Number.isFinite(patienceMs)) inspections.retain(ids);
      const disputes = findDisputes(lines, denied);
      const { replies, answered } = askAll(inspections, disputes, assembled);
      await inspections.settled(patienceMs, answered);
      const settlement = settleDisputes(disputes, replies);
      denied = settlement.denied;
      const containers = listed.flatMap((line) =>
        assemble(line, inspections, settlement, assembled),
      );
      assembled = new Map(
        containers.flatMap((container) =>
          container.kind === 'known' ? [[container.id, container] as const] : [],
        ),
      );
      const isSettled = disputes.length === 0 && containers.every(({ kind }) => kind !== 'unknown');
      settled = isSettled ? { listed, containers } : null;
      return containers;
    },
  };
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

function assemble(
  line: ContainerLine | UnreadableContainer,
  inspections: Inspections,
  settlement: Settlement,
  before: ReadonlyMap<ContainerId, KnownContainer>,
): readonly ObservedContainer[] {
  if ('kind' in line) return [line];
  const state = inspections.state(line.id);
  const staleAddresses = settlement.stale.get(line.id) ?? NONE;
  const unknown = (why: string): ObservedContainer => {
    // What another container was confirmed to have, this one has no more, whatever else is unknown of it.
    return {
      ...line,
      addresses: withoutStale(line.addresses, staleAddresses),
      kind: 'unknown',
      why,
    };
  };
  switch (state.kind) {
    case 'gone':
      return [];
    case 'unknown':
      return [unknown(state.why)];
    case 'known': {
      if (settlement.undecided.has(line.id)) {
        return [unknown('another container shows the same address')];
      }
      const last = before.get(line.id);
      if (last !== undefined && isUnchanged(last, line, state.inspection.env, staleAddresses)) {
        return [last];
      }
      return [{ ...line, ...state.inspection, kind: 'known', staleAddresses }];
    }
  }
}

const NONE: readonly string[] = [];

function withoutStale(
  addresses: readonly NetworkAddress[],
  stale: readonly string[],
): readonly NetworkAddress[] {
  if (stale.length === 0) return addresses;
  const fresh = (address: string | null) =>
    address === null || stale.includes(address) ? null : address;
  return addresses.map(({ network, ipv4, ipv6 }) => ({
    network,
    ipv4: fresh(ipv4),
    ipv6: fresh(ipv6),
  }));
}

/** By identity of the parts, which the lister and the inspections keep while nothing changed. */
function isUnchanged(
  last: KnownContainer,
  line: ContainerLine,
  env: KnownContainer['env'],
  staleAddresses: readonly string[],
): boolean {
  return (
    last.addresses === line.addresses &&
    last.labels === line.labels &&
    last.health === line.health &&
    last.env === env &&
    last.staleAddresses === staleAddresses
  );
}
