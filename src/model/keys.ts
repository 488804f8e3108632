import type { Owner } from './ids.ts';

/** The names of our keys in Redis. A prefix is put before them as it is, without a separator, as hipache does. */
export interface Keys {
  readonly prefix: string;
  /** List `[identifier, url, url...]`. */
  frontend(vhost: string): string;
  /** Set of slots that a proxy found dead, under the host that was asked for. */
  dead(host: string): string;
  /** Hash: vhost to this owner's claim (JSON). */
  claims(owner: string): string;
  /**
   * Set: the owners that claim a vhost; of which owners it tells all is in their records. A member `<owner> options`
   * says that this owner asks something of fronts there.
   */
  claimants(vhost: string): string;
  /** Hash: owner to what its containers ask of fronts for the vhost (JSON); see `options.ts`. */
  options(vhost: string): string;
  /** Since when owners passed whose records tell that, and of which others it is not so: `<ms> <owner> <owner>`. */
  readonly index: string;
  /** Sorted set: owner to its score, which each pass raises. */
  readonly owners: string;
  /** JSON: the record that the owner's last pass published of itself; see `owner-record.ts`. */
  engine(owner: Owner): string;
  /** Hash: what fronts on the owner's host tell its controller, and the next front there; see `owner.lua` of the front. */
  front(owner: Owner): string;
  /** Hash: short id of a container that is drained to who wants that (JSON); see `drain.ts`. */
  drain(owner: Owner): string;
  /** List: the last failures of the vhost's backends, the newest first (JSON); written by fronts, see `failure.ts`. */
  failures(vhost: string): string;
  /** Hash: short id to the name of a container that asks for routes, so that other hosts know it by name. */
  names(owner: Owner): string;
  /** Hash: seat of a swarm to the container that has it (JSON); see `seat.ts`. */
  readonly seats: string;
  /** Hash: id of a service to what a manager tells of it (JSON); see `swarm-service.ts`. */
  readonly services: string;
  /** JSON: the controller on a manager that looks at the swarm for all; see `overseer.lua`. */
  readonly overseer: string;
  /** Sorted set: front to the time of its last sign, milliseconds by Redis' clock. */
  readonly fronts: string;
  /** A channel: whoever drains asks the fronts there what is on its way; see `presence.lua`. */
  readonly ask: string;
  /** Hash: front to what it answered to a session of questions. */
  answers(session: string): string;
  /** Hash: vhost that fronts answer for themselves to what they say (JSON); see `off.ts`. */
  readonly off: string;
}

/** The key names under `prefix` (default in the configuration: empty). */
export function keysWithPrefix(prefix: string): Keys {
  return {
    prefix,
    frontend: (vhost) => `${prefix}frontend:${vhost}`,
    dead: (host) => `${prefix}dead:${host}`,
    claims: (owner) => `${prefix}autodock:owner:${owner}`,
    claimants: (vhost) => `${prefix}autodock:claims:${vhost}`,
    options: (vhost) => `${prefix}autodock:options:${vhost}`,
    index: `${prefix}autodock:index`,
    owners: `${prefix}autodock:owners`,
    engine: (owner) => `${prefix}autodock:engine:${owner}`,
    front: (owner) => `${prefix}autodock:front:${owner}`,
    drain: (owner) => `${prefix}autodock:drain:${owner}`,
    failures: (vhost) => `${prefix}autodock:failures:${vhost}`,
    names: (owner) => `${prefix}autodock:names:${owner}`,
    seats: `${prefix}autodock:seats`,
    services: `${prefix}autodock:services`,
    overseer: `${prefix}autodock:overseer`,
    fronts: `${prefix}autodock:fronts`,
    ask: `${prefix}autodock:ask`,
    answers: (session) => `${prefix}autodock:answer:${session}`,
    off: `${prefix}autodock:off`,
  };
}
