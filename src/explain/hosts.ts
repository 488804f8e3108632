import type { Claim } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import { type LeaseState, leaseState } from '../model/lease.ts';
import type { OwnerSeen } from '../model/owner-record.ts';

/** What Redis tells of an owner. */
export interface HostFacts {
  readonly seen: OwnerSeen;
  /** What it claims, by vhost; texts that cannot be read are left out. */
  readonly claims: readonly Claim[];
}

/** One host, for people. */
export interface DockerHostView {
  readonly owner: Owner;
  /** What its engine is called; null: it does not tell. */
  readonly name: string | null;
  /** `unknown`: it tells no lease, or none that could be compared with the clock of Redis. */
  readonly state: LeaseState;
  /** Since its last sign of life; null: that cannot be told. */
  readonly lastSignAgoMs: number | null;
  /** null: it publishes none. */
  readonly leaseMs: number | null;
  /** Hosts (vhosts) where it has a backend. */
  readonly routes: number;
  /** Hosts where others took its backends out, as it was lapsed. */
  readonly suspended: number;
  /** How its backends are reached; null: it does not say. */
  readonly address: string | null;
  readonly version: string | null;
  /** It is the owner of this engine's routes. */
  readonly isSelf: boolean;
}

/** Every owner that passed on this Redis, those in trouble first. */
export function hostsOf(
  facts: readonly HostFacts[],
  { now, patienceMs, self }: HostContext,
): readonly DockerHostView[] {
  const order: readonly LeaseState[] = ['lapsed', 'unknown', 'live'];
  const views = facts.map(({ seen, claims }): DockerHostView => {
    const { owner, engine: name, lastSignAt, leaseMs, address, version } = seen;
    return {
      ...{ owner, name, state: leaseState(seen, now, patienceMs) },
      lastSignAgoMs: lastSignAt === null ? null : Math.max(0, now - lastSignAt),
      leaseMs,
      routes: claims.filter(({ backends }) => backends.size > 0).length,
      suspended: claims.filter(({ lapsed }) => lapsed !== undefined).length,
      ...{ address, version, isSelf: owner === self },
    };
  });
  return views.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
}

/** By what their states are told. */
export interface HostContext {
  /** Milliseconds, Redis' clock. */
  readonly now: number;
  readonly patienceMs: number;
  /** null: no engine tells. */
  readonly self: Owner | null;
}

/** Whom a name means: an owner, or what an engine is called. */
export function hostsNamed(
  hosts: readonly DockerHostView[],
  name: string,
): readonly DockerHostView[] {
  const owners = hosts.filter(({ owner }) => owner === name);
  return owners.length > 0 ? owners : hosts.filter((host) => host.name === name);
}
