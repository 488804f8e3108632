import type { DockerSession } from '../clients/docker-session.ts';
import type { Sessions } from '../clients/sessions.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../errors.ts';
import { type Owner, parseOwner } from '../model/ids.ts';
import { nodeOf } from './node.ts';

/**
 * Whose routes these are. What the engine said of itself last counts: another one would have been refused, and one that
 * is silent need not be waited for.
 */
export function whoseOf(config: Config, sessions: Sessions) {
  const known = async () => sessions.last() ?? sessions.current();
  return {
    owner: async () => config.owner ?? ownerOf(await known(), config),
    /** Asked only where it decides. */
    node: async () => (config.swarm ? nodeOf(config, await known()) : null),
  };
}

/**
 * The engine's ID survives a restart and an upgrade, and is the same for a second controller; so is that of a node,
 * which counts only where nodes share a Redis: who makes a swarm of a host has the owner that there was.
 */
function ownerOf(session: DockerSession, config: Config): Owner {
  const { engine } = session;
  const owner = parseOwner(nodeOf(config, session)?.id ?? engine.id);
  if (owner !== null) return owner;
  const message =
    `Docker: the engine ${engine.name} has no ID that could tell whose routes these are ` +
    `(seen: ${JSON.stringify(engine.id)}); set AUTODOCK_OWNER to a name of your choice that stays`;
  throw new ConfigError('docker-identity', message);
}
