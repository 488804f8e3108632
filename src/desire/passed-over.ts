import type { Barrier } from '../model/container.ts';
import { escapeText } from '../model/escape.ts';

/** A network whose address was not taken, and what keeps the host from it. */
export interface PassedOver {
  readonly network: string;
  readonly barrier: Barrier;
}

const WORDS: Readonly<Record<Barrier, string>> = {
  macvlan: 'a macvlan network, which its own host does not reach',
  ipvlan: 'an ipvlan network, which its own host does not reach',
  overlay: 'an overlay network, to which the host has no route',
  ingress: 'the ingress network of Swarm, whose addresses answer nobody',
  isolated: 'in isolated gateway mode: the host has no route to it',
  inhibited: 'without an address of its bridge (inhibit_ipv4): the host has no route to it',
};

/** `lan (a macvlan network, which its own host does not reach)`. */
export function passedOverInWords({ network, barrier }: PassedOver): string {
  return `${escapeText(network)} (${WORDS[barrier]})`;
}
