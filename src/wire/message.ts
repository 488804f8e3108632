/** Whatever JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. Read it with `Object.hasOwn`: its names come from outside. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/**
 * One datagram of the plugin bus: an event of circuits as JSON, as in 2015. `seq` and `boot` stand beside
 * its members, where plugins of that time overlook them.
 */
export interface Message {
  readonly name: string;
  readonly args: readonly Json[];
  readonly kwargs: JsonObject;
  readonly success: boolean;
  readonly failure: boolean;
  readonly channels: readonly string[];
  readonly notify: boolean;
  readonly stamp: Stamp | null;
}

/** What the daemon adds to everything that it sends. */
export interface Stamp {
  /**
   * Counts what matched the subscriber's filter, from 1, whether or not it could be sent: a gap is a loss.
   * `hello` and `bye` do not count; they carry the number of what was last counted (0: nothing yet), so that
   * an answered hello tells that the last datagrams were lost.
   */
  readonly seq: number;
  /** Random for each run of the daemon: another one is a restart. */
  readonly boot: string;
}

/** Where Docker's events are said. */
export const DOCKER_CHANNEL = 'docker';
/** Where autodock speaks of itself: `hello`, `bye`, `route_added`, `route_removed`, `reconciled`. */
export const OWN_CHANNEL = 'autodock';

/** Begins or renews a subscription, and answers it. */
export const HELLO = 'hello';
/** Ends a subscription, from either side. */
export const BYE = 'bye';

/** An event as circuits would make it. */
export function makeMessage(
  name: string,
  channels: readonly string[],
  kwargs: JsonObject,
  stamp: Stamp | null = null,
): Message {
  return {
    name,
    args: [],
    kwargs,
    success: false,
    failure: false,
    channels,
    notify: false,
    stamp,
  };
}
