import { type Drain, SWARM_DRAINS } from '../model/drain.ts';
import { escapeText } from '../model/escape.ts';
import { shortId } from '../model/ids.ts';
import type { WorkloadLine } from '../model/workload-line.ts';
import type { Grounds } from './grounds.ts';
import type { OwnLabels } from './labels.ts';
import { remediesFor } from './remedies.ts';
import type { DesireSettings } from './settings.ts';

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
