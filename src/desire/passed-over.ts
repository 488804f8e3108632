import type { Barrier } from '../model/container.ts';
import { escapeText } from '../model/escape.ts';

/** Why an address is not taken: what keeps the host from it, or that it is another container on each host. */
export type Obstruction = Barrier | 'local';

/** A network whose address was not taken, and why. */
export interface PassedOver {
  readonly network: string;
  readonly barrier: Obstruction;
}

const WORDS: Readonly<Record<Obstruction, string>> = {
  macvlan: 'a macvlan network, which its own host does not reach',
  ipvlan: 'an ipvlan network, which its own host does not reach',
  overlay: 'an overlay network that AUTODOCK_NETWORKS does not name: the host has no route to it',
  ingress: 'the ingress network of Swarm, whose addresses answer nobody',
  isolated: 'in isolated gateway mode: the host has no route to it',
  inhibited: 'without an address of its bridge (inhibit_ipv4): the host has no route to it',
  local: 'of this node alone: on another node the same address is another container',
};

/** `lan (a macvlan network, which its own host does not reach)`. */
export function passedOverInWords({ network, barrier }: PassedOver): string {
  return `${escapeText(network)} (${WORDS[barrier]})`;
}
