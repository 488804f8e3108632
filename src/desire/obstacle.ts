import { type Drain, SWARM_DRAINS } from '../model/drain.ts';
import { escapeText } from '../model/escape.ts';
import { shortId } from '../model/ids.ts';
import type { WorkloadLine } from '../model/workload-line.ts';
import type { Grounds } from './grounds.ts';
import type { OwnLabels } from './labels.ts';
import { remediesFor } from './remedies.ts';
import type { DesireSettings } from './settings.ts';

/**
 * Why no request of a workload can be met until its labels change, or null. A label that means
 * something but has no meaningful value rejects all it governs: whoever wrote `enable=no` or
 * `health=ignored` wanted something, and each guess is wrong for some of them.
 */
export function standingObstacle(workload: WorkloadLine, labels: OwnLabels): Grounds | null {
  return (
    overtaken(workload) ??
    switchedOff(workload.noun, labels) ??
    oneOff(workload, labels) ??
    badHealthLabel(labels) ??
    badVersionLabel(labels)
  );
}

/** Swarm ends the older one by itself, e.g. on a node that was cut off and is back. */
function overtaken({ noun, overtaken: newer }: WorkloadLine): Grounds | null {
  if (newer === undefined) return null;
  const by = `${escapeText(newer.by)} of ${escapeText(newer.owner)}`;
  const remedy = 'Nothing to do: Swarm ends the older one by itself.';
  return newer.seat === 'slot'
    ? { reason: 'older-version', detail: `A newer task has its slot: ${by}.`, remedy }
    : { reason: 'stale-address', detail: `A newer ${noun} has its address: ${by}.`, remedy };
}

/** From here on one wants to know when the first probe comes. */
const LONG_MS = 60_000;
/** What an engine takes for a start interval. */
const SOON_MS = 5_000;

/** What is known of a workload's life; `firstProbeMs` null or missing: not known. */
export type LifeLine = WorkloadLine & { readonly firstProbeMs?: number | null };

/**
 * Why a workload cannot be routed for the moment; null if it can.
 *
 * @param drain null: nobody drained it
 */
export function passingObstacle(
  workload: LifeLine,
  labels: OwnLabels,
  settings: DesireSettings,
  drain: Drain | null,
): Grounds | null {
  // First, as it alone does not end by itself.
  return drain === null ? lifeObstacle(workload, labels, settings) : drained(workload, drain);
}

function drained({ noun, name }: LifeLine, { by }: Drain): Grounds {
  if (by === SWARM_DRAINS) {
    return {
      reason: 'drained',
      detail: `Swarm is about to end the ${noun}, and has others for its service.`,
      remedy: 'Nothing to do: docker service ps tells what Swarm does with it.',
    };
  }
  const who = by === null ? '' : ` by ${escapeText(by)}`;
  return {
    reason: 'drained',
    detail: `The ${noun} was drained${who}.`,
    remedy: `To have it routed again: autodock undrain ${escapeText(name)}`,
  };
}

function lifeObstacle(
  { id, noun, labels, state, health, firstProbeMs = null }: LifeLine,
  { own }: OwnLabels,
  settings: DesireSettings,
): Grounds | null {
  const remedies = remediesFor({ noun, labels });
  if (state === 'paused') {
    return {
      reason: 'paused',
      detail: `The ${noun} is paused.`,
      remedy: remedies.unpause(shortId(id)),
    };
  }
  if (state === 'restarting') {
    return {
      reason: 'restarting',
      detail: `The ${noun} has ended and is being restarted.`,
      remedy: `See why it ends: ${remedies.logs(shortId(id))}`,
    };
  }
  if (state === 'stopping') {
    return {
      reason: 'stopping',
      detail: `The ${noun} was told to stop, and still runs.`,
      remedy: 'It is routed again when it starts; if it lives on, after AUTODOCK_STOPPING.',
    };
  }
  const isGated = (own.get('health')?.value ?? settings.health) === 'healthy';
  return isGated ? unfit(health, remedies.health(shortId(id)), firstProbeMs) : null;
}

function switchedOff(noun: string, { own }: OwnLabels): Grounds | null {
  const enable = own.get('enable')?.value.toLowerCase();
  if (enable === undefined || enable === 'true') {
    return null;
  }
  if (enable === 'false') {
    return {
      reason: 'disabled',
      detail: `autodock.enable=false, and the ${noun} asks for routes.`,
      remedy: 'Remove the label autodock.enable to have it routed.',
    };
  }
  return {
    reason: 'bad-label',
    detail: `autodock.enable="${escapeText(enable)}" is neither "true" nor "false".`,
    remedy: `Write autodock.enable=false never to route the ${noun}; otherwise remove the label.`,
  };
}

/** Compose's word for what `docker compose run` starts: it has all that its service asks for, and is not the service. */
const ONE_OFF_LABEL = 'com.docker.compose.oneoff';

/** Whoever writes `autodock.enable=true` means this very container, or every one of the service. */
function oneOff({ noun, labels }: WorkloadLine, { own }: OwnLabels): Grounds | null {
  const isOneOff = labels.get(ONE_OFF_LABEL)?.toLowerCase() === 'true';
  if (!isOneOff || own.get('enable')?.value.toLowerCase() === 'true') return null;
  return {
    reason: 'one-off',
    detail: `docker compose run started the ${noun}, for one task; the host is that of its service.`,
    remedy: 'To route it all the same: docker compose run --label autodock.enable=true ...',
  };
}

function badHealthLabel({ own }: OwnLabels): Grounds | null {
  const health = own.get('health')?.value;
  return health === undefined || health === 'healthy' || health === 'ignore'
    ? null
    : {
        reason: 'bad-label',
        detail: `autodock.health="${escapeText(health)}" is neither "healthy" nor "ignore".`,
        remedy:
          'Write autodock.health=ignore to route whatever the HEALTHCHECK says, else "healthy".',
      };
}

const REPLICAS = /^[1-9]\d{0,2}$/;

function badVersionLabel({ own }: OwnLabels): Grounds | null {
  const versions = own.get('versions')?.value;
  if (versions !== undefined && versions !== 'mixed' && versions !== 'newest') {
    return {
      reason: 'bad-label',
      detail: `autodock.versions="${escapeText(versions)}" is neither "mixed" nor "newest".`,
      remedy:
        'Write autodock.versions=newest to have one version answer a host at a time, else "mixed".',
    };
  }
  const replicas = own.get('replicas')?.value;
  return replicas === undefined || REPLICAS.test(replicas)
    ? null
    : {
        reason: 'bad-label',
        detail: `autodock.replicas="${escapeText(replicas)}" is not a number of containers.`,
        remedy: 'Write a decimal number from 1 to 999, e.g. autodock.replicas=2.',
      };
}

function unfit(
  health: WorkloadLine['health'],
  look: string,
  firstProbeMs: number | null,
): Grounds | null {
  switch (health) {
    case 'starting':
      return starting(firstProbeMs ?? 0);
    case 'unhealthy':
      return {
        reason: 'unhealthy',
        detail: 'Its HEALTHCHECK fails.',
        remedy: `See why: ${look}; or set the label autodock.health=ignore.`,
      };
    case 'none':
    case 'healthy':
      return null;
  }
}

function starting(firstProbeMs: number): Grounds {
  const minutes = Number((firstProbeMs / LONG_MS).toFixed(1));
  const when = firstProbeMs < LONG_MS ? '' : ` It is probed first ${minutes} min after its start.`;
  const sooner =
    firstProbeMs <= SOON_MS
      ? ''
      : ' To be probed sooner, give the HEALTHCHECK a start_period, and a start_interval if its 5 s are too long (engines from 25 on).';
  return {
    reason: 'starting',
    detail: `Its HEALTHCHECK has not succeeded yet.${when}`,
    remedy: `Wait, or set the label autodock.health=ignore to have it routed at once.${sooner}`,
  };
}
