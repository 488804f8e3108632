import type { DockerSession } from '../clients/docker-session.ts';
import type { Config } from '../config/config.ts';
import type { DesireSettings } from '../desire/settings.ts';
import { ConfigError, ObserveError } from '../errors.ts';
import type { Engine } from '../model/container.ts';
import { isLoopback } from '../model/loopback.ts';
import type { SwarmNode } from '../model/swarm.ts';

/**
 * The node of a swarm whose containers are routed; null: it is not meant to be one.
 *
 * @throws ConfigError if the engine is in no swarm
 * @throws ObserveError if it is not a node yet
 */
export function nodeOf(
  { swarm }: Pick<Config, 'swarm'>,
  { engine, membership }: Pick<DockerSession, 'engine' | 'membership'>,
): SwarmNode | null {
  if (!swarm) return null;
  switch (membership.kind) {
    case 'node':
      return membership.node;
    case 'none': {
      const message =
        `Docker: the engine ${engine.name} is in no swarm, and AUTODOCK_SWARM is true; ` +
        'run docker swarm init (or join) there, or leave AUTODOCK_SWARM out';
      throw new ConfigError('docker-identity', message);
    }
    case 'pending': {
      const message = `Docker: the engine ${engine.name} is not a node of its swarm yet: ${membership.state}`;
      throw new ObserveError('docker-identity', message);
    }
  }
}

/** What others are to call the engine, as it is published: nodes may have one name. */
export function calledIn({ id, name }: Engine, node: SwarmNode | null): Engine {
  return { id, name: node === null ? name : `${name} at ${node.address}` };
}

/**
 * Makes sure that the engine still is the node whose routes these are.
 *
 * @throws ConfigError if it joined anew, or has another address: whose its routes are, or where they lead, changed
 */
export function sameNode(
  before: SwarmNode | null,
  session: Pick<DockerSession, 'engine' | 'membership'>,
): void {
  const { membership } = session;
  // On the way back it is the node that it was, or says soon that it is another.
  if (before === null || membership.kind === 'pending') return;
  const now = nodeOf({ swarm: true }, session);
  if (now === null || (now.id === before.id && now.address === before.address)) return;
  const message =
    `Docker: the node changed while running: it was ${before.id} (${before.address}), it is ${now.id} (${now.address}); ` +
    `start autodock again, and withdraw what an old node left with: autodock release --owner ${before.id}`;
  throw new ConfigError('docker-identity', message);
}

/** By what `desire` decides. On a node of a swarm a port of the host is one at the node's address. */
export function desireSettings(config: Config, node: SwarmNode | null): DesireSettings {
  const { networks, address, health, versions, front } = config;
  const isOwn = node === null || !isLoopback(config.hostAddress);
  return {
    networks,
    address,
    hostAddress: isOwn ? config.hostAddress : node.address,
    health,
    versions,
    frontAddresses: front.addresses,
    isSwarm: node !== null,
  };
}
