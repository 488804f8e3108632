import { EPOCH_MS } from './time.ts';

/** What a container is from its creation on. */
export interface Spec {
  /** VIRTUALHOST. */
  readonly hosts: string;
  readonly weight: number;
  /** What it asks of fronts, seconds; 0: nothing. */
  readonly timeout: number;
  readonly hasHealthcheck: boolean;
}

export type BoxState = 'running' | 'paused' | 'restarting' | 'exited';
export type BoxHealth = 'none' | 'starting' | 'healthy' | 'unhealthy';

/** What the engine's list tells of a container at some moment. */
export interface Face {
  readonly state: BoxState;
  readonly health: BoxHealth;
  /** Empty: none. */
  readonly address: string;
}

/** A simulated container: as it is, and as the engine's list shows it. */
export interface Box {
  readonly id: string;
  readonly number: number;
  readonly createdAt: number;
  readonly spec: Spec;
  real: Face;
  isRemoved: boolean;
  shown: Face;
  /** When the list began to show it like that. */
  shownSince: number;
  /** Changes that the list does not show yet. */
  lagging: number;
  /** Rises with each start. */
  life: number;
  startedAt: number;
  /** When it was told to end in this life; null: it was not. */
  signalledAt: number | null;
  /** When it was drained, or was not any more, for the last time. */
  orderedAt: number;
  /** Until then a signal that was sent to it may be heard, or may count. */
  unsettledUntil: number;
}

export const GONE: Face = { state: 'exited', health: 'none', address: '' };

/** Whether a list with this line in it routes to the container. */
export function isRoutable({ state, health, address }: Face): boolean {
  const isHealthy = health === 'none' || health === 'healthy';
  return state === 'running' && isHealthy && address !== '';
}

/** Whether it was told to end, for as long as that counts. */
export function isStopping({ signalledAt }: Box, now: number, stoppingMs: number): boolean {
  return signalledAt !== null && now < signalledAt + stoppingMs;
}

export function shortIdOf(box: Box): string {
  return box.id.slice(0, 12);
}

export function urlOf({ address }: Face): string {
  return `http://${address}:80`;
}

export function hostsOf({ spec }: Box): readonly string[] {
  return spec.hosts.split(' ');
}

/** The line of the list. */
export function lineOf(box: Box, tellsHealth: boolean): Record<string, unknown> {
  const { state, health, address } = box.shown;
  const up = health === 'none' ? 'Up 5 seconds' : `Up 5 seconds (${health})`;
  return {
    Id: box.id,
    Names: [`/box-${box.number}`],
    Created: box.createdAt,
    State: state,
    Status: health === 'starting' ? 'Up 5 seconds (health: starting)' : up,
    Labels: labelsOf(box.spec),
    HostConfig: { NetworkMode: 'bridge' },
    Ports: [],
    ...(tellsHealth ? { Health: { Status: health } } : {}),
    NetworkSettings: { Networks: { bridge: { IPAddress: address, GlobalIPv6Address: '' } } },
  };
}

function labelsOf({ weight, timeout }: Spec): Readonly<Record<string, string>> {
  return {
    ...(weight === 1 ? {} : { 'autodock.weight': String(weight) }),
    ...(timeout === 0 ? {} : { 'autodock.timeout': `${timeout}s` }),
  };
}

/** The inspection: never wrong. */
export function inspectionOf({ real, spec, startedAt }: Box): Record<string, unknown> {
  const config = {
    Env: ['PATH=/bin', `VIRTUALHOST=${spec.hosts}`],
    ExposedPorts: { '80/tcp': {} },
    ...(spec.hasHealthcheck ? { Healthcheck: { Test: ['CMD', 'true'] } } : {}),
  };
  return {
    State: {
      Running: real.state !== 'exited',
      StartedAt: new Date(EPOCH_MS + startedAt).toISOString(),
    },
    Config: config,
    HostConfig: {},
    NetworkSettings: { Networks: { bridge: { IPAddress: real.address } } },
  };
}
