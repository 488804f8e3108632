import { ObserveError } from '../errors.ts';
import type { Engine } from '../model/container.ts';
import { isRecord, type JsonRecord } from '../model/record.ts';
import type { Membership } from '../model/swarm.ts';

/** The members of a JSON object; null for anything else, the Buffer that docker-modem makes of no JSON among it. */
export function asReply(reply: unknown): JsonRecord | null {
  return isRecord(reply) && !Buffer.isBuffer(reply) ? reply : null;
}

/** null: no answer of an engine to `/_ping`, which is `OK` as text, which docker-modem hands over as a Buffer. */
export function asPong(reply: unknown): true | null {
  return String(reply).trim() === 'OK' ? true : null;
}

/**
 * Who the engine is, by its `/info`.
 * @throws ObserveError `docker-malformed` if that is not said
 */
export function engineOf(info: Record<string, unknown>): Engine {
  if (typeof info.ID !== 'string') {
    throw new ObserveError('docker-malformed', 'Docker: info: malformed reply (it has no ID)');
  }
  return { id: info.ID, name: typeof info.Name === 'string' ? info.Name : '' };
}

/** The swarm that the engine is in, by the `Swarm` of its `/info`; podman has none. */
export function membershipOf(swarm: unknown): Membership {
  const { LocalNodeState: state, NodeID: id, NodeAddr: address } = asReply(swarm) ?? {};
  if (typeof state !== 'string' || state === '' || state === 'inactive') return { kind: 'none' };
  const isNode =
    typeof id === 'string' && typeof address === 'string' && id !== '' && address !== '';
  return isNode && state === 'active'
    ? { kind: 'node', node: { id, address } }
    : { kind: 'pending', state };
}

/** Whether it is a manager of its swarm, by the same; it may become one, and be one no more. */
export function isManagerIn(swarm: unknown): boolean {
  return asReply(swarm)?.ControlAvailable === true;
}

/** Whether the engine runs without root, by the `SecurityOptions` of its `/info`. */
export function isRootless(securityOptions: unknown): boolean {
  return Array.isArray(securityOptions) && securityOptions.includes('name=rootless');
}

/**
 * The engine's clock, by the `SystemTime` of its `/info`.
 *
 * @param toldAt when it was told, monotonic milliseconds
 */
export function clockOf(
  systemTime: unknown,
  toldAt: number,
): (monotonicMs: number) => number | null {
  const told = typeof systemTime === 'string' ? Date.parse(systemTime) : Number.NaN;
  return (monotonicMs) => (Number.isNaN(told) ? null : told + (monotonicMs - toldAt));
}
