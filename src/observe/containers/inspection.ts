import type { Inspection, NetworkAddress, PublishedPort } from '../../model/container.ts';
import { ENV_NAMES } from '../../model/env-names.ts';
import { HIGHEST_PORT } from '../../model/port.ts';
import { asRecord } from '../../model/record.ts';
import { parseSignal, SIGTERM } from '../../model/signal.ts';
import { narrowAddresses, networkModeOf } from './container-line.ts';
import { firstProbeMs } from './first-probe.ts';
import { readVitals, type Vitals } from './vitals.ts';

/** What one inspection told: what never changes, and what was true when it was made. */
export interface InspectReply extends Inspection {
  readonly running: boolean;
  readonly vitals: Vitals;
  readonly addresses: readonly NetworkAddress[];
}

/** A value is kept up to this many characters: its owner cannot make us hold more. */
const MAX_VALUE_LENGTH = 65_536;
/** How labels of ours begin. */
const OURS = 'autodock.';
/** A label of this name stands in an event where the signal that was sent would. */
const HIDES_SIGNALS = 'signal';

/**
 * Narrows `GET /containers/<id>/json`; null if it has not the shape of an inspection.
 *
 * @param dockerApi the version of the API that is spoken with Docker; null: it is not Docker, or not known
 */
export function narrowInspection(
  reply: Record<string, unknown>,
  dockerApi: string | null = null,
): InspectReply | null {
  const config = asRecord(reply.Config);
  const state = asRecord(reply.State);
  const addresses = narrowAddresses(reply.NetworkSettings) ?? noneOf(reply.NetworkSettings);
  if (config === null || addresses === null) return null;
  const hasHealthcheck = isHealthcheck(config.Healthcheck) || isChecked(state?.Health);
  const labels = asRecord(config.Labels) ?? {};
  return {
    env: readEnv(config.Env),
    exposedPorts: exposedPorts(config.ExposedPorts, asRecord(reply.HostConfig)?.PortBindings),
    hasHealthcheck,
    firstProbeMs:
      hasHealthcheck && dockerApi !== null
        ? firstProbeMs(asRecord(config.Healthcheck) ?? {}, dockerApi)
        : null,
    running: state?.Running === true,
    networkMode: networkModeOf(reply.HostConfig),
    bound: dockerApi === null ? boundPorts(asRecord(reply.HostConfig)?.PortBindings) : null,
    hasOwnLabels: Object.keys(labels).some((key) => key.startsWith(OURS)),
    stopSignal: Object.hasOwn(labels, HIDES_SIGNALS) ? null : readStopSignal(config.StopSignal),
    vitals: readVitals(state ?? {}, config.Healthcheck),
    addresses,
  };
}

/** Keeps the variables that matter. The last of equal names wins, as the process sees it. */
function readEnv(env: unknown): ReadonlyMap<string, string> {
  const kept = new Map<string, string>();
  for (const item of Array.isArray(env) ? (env as readonly unknown[]) : []) {
    if (typeof item !== 'string') continue;
    const equals = item.indexOf('=');
    if (equals < 1) continue;
    const name = item.slice(0, equals);
    if (!ENV_NAMES.includes(name)) continue;
    kept.set(name, item.slice(equals + 1, equals + 1 + MAX_VALUE_LENGTH));
  }
  return kept;
}

/** podman tells its number; engines tell it as it was written, and none where none was. */
function readStopSignal(signal: unknown): number {
  const isTold = typeof signal === 'string' || typeof signal === 'number';
  return (isTold ? parseSignal(String(signal)) : null) ?? SIGTERM;
}

/** `--no-healthcheck` is one of no commands; whatever else stands there may be one that runs. */
function isHealthcheck(healthcheck: unknown): boolean {
  if (healthcheck === undefined || healthcheck === null) return false;
  const test = asRecord(healthcheck)?.Test;
  return !(Array.isArray(test) && (test.length === 0 || test[0] === 'NONE'));
}

/** podman tells of everybody's health: of those without a HEALTHCHECK that it is ''. */
function isChecked(health: unknown): boolean {
  const told = asRecord(health);
  return told !== null && told.Status !== '';
}

/** podman's word for a container without a network. */
function noneOf(settings: unknown): readonly NetworkAddress[] | null {
  return asRecord(settings)?.Networks === null ? [] : null;
}

/** EXPOSE and `--expose` stand in the configuration; a binding made by the API alone only in the bindings. */
function exposedPorts(exposed: unknown, bindings: unknown): readonly number[] {
  const specs = [asRecord(exposed), asRecord(bindings)].flatMap((set) => Object.keys(set ?? {}));
  const ranges = specs.flatMap((spec) => tcpRange(spec) ?? []).sort((a, b) => a.first - b.first);
  const ports: number[] = [];
  // Each port once, however many ranges it stands in: whoever writes a thousand of all ports costs no more than one.
  let next = 1;
  for (const { first, last } of ranges) {
    for (let port = Math.max(first, next); port <= last; port += 1) ports.push(port);
    next = Math.max(next, last + 1);
  }
  return ports;
}

/** Of what is bound to a port of the host that is known beforehand, TCP alone. */
function boundPorts(bindings: unknown): readonly PublishedPort[] {
  return Object.entries(asRecord(bindings) ?? {}).flatMap(([spec, at]) => {
    const range = tcpRange(spec);
    const all: readonly unknown[] = Array.isArray(at) ? at : [];
    if (range === null || range.first !== range.last) return [];
    return all.flatMap((one) => {
      const { HostIp, HostPort } = asRecord(one) ?? {};
      const hostPort = Number(HostPort);
      const isPort = Number.isInteger(hostPort) && hostPort > 0 && hostPort <= HIGHEST_PORT;
      const ip = typeof HostIp === 'string' ? HostIp : '';
      return isPort ? [{ ip, hostPort, containerPort: range.first }] : [];
    });
  });
}

/**
 * Engines keep what they were given: Compose hands `expose: ["3000"]` on without a protocol, and a range as it is. No
 * protocol means TCP.
 */
function tcpRange(spec: string): { readonly first: number; readonly last: number } | null {
  const [, from = '0', to = from] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(?:tcp)?)?$/i.exec(spec) ?? [];
  const first = Number(from);
  return first === 0 ? null : { first, last: Math.min(HIGHEST_PORT, Number(to)) };
}
