import type { ContainerLine } from '../model/container.ts';
import { escapeText } from '../model/escape.ts';
import { shortId } from '../model/ids.ts';
import type { Grounds } from './grounds.ts';
import type { OwnLabels } from './labels.ts';
import type { DesireSettings } from './settings.ts';

/**
 * Why no request of a container can be met until its labels change, or null. A label that means
 * something but has no meaningful value rejects all it governs: whoever wrote `enable=no` or
 * `health=ignored` wanted something, and each guess is wrong for some of them.
 */
export function standingObstacle(labels: OwnLabels): Grounds | null {
  return switchedOff(labels) ?? badHealthLabel(labels);
}

/** Why a container cannot be routed for the moment, by its line of the list; null if it can. */
export function passingObstacle(
  { id, state, health }: ContainerLine,
  { own }: OwnLabels,
  settings: DesireSettings,
): Grounds | null {
  if (state === 'paused') {
    return {
      reason: 'paused',
      detail: 'The container is paused.',
      remedy: `docker unpause ${shortId(id)}`,
    };
  }
  if (state === 'restarting') {
    return {
      reason: 'restarting',
      detail: 'The container has ended and is being restarted.',
      remedy: `See why it ends: docker logs ${shortId(id)}`,
    };
  }
  const isGated = (own.get('health')?.value ?? settings.health) === 'healthy';
  return isGated ? unfit(health, shortId(id)) : null;
}

function switchedOff({ own }: OwnLabels): Grounds | null {
  const enable = own.get('enable')?.value.toLowerCase();
  if (enable === undefined || enable === 'true') {
    return null;
  }
  if (enable === 'false') {
    return {
      reason: 'disabled',
      detail: 'autodock.enable=false, and the container asks for routes.',
      remedy: 'Remove the label autodock.enable to have it routed.',
    };
  }
  return {
    reason: 'bad-label',
    detail: `autodock.enable="${escapeText(enable)}" is neither "true" nor "false".`,
    remedy: 'Write autodock.enable=false never to route the container; otherwise remove the label.',
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

function unfit(health: ContainerLine['health'], id: string): Grounds | null {
  switch (health) {
    case 'starting':
      return {
        reason: 'starting',
        detail: 'Its HEALTHCHECK has not succeeded yet.',
        remedy: 'Wait, or set the label autodock.health=ignore to have it routed at once.',
      };
    case 'unhealthy':
      return {
        reason: 'unhealthy',
        detail: 'Its HEALTHCHECK fails.',
        remedy: `See why: docker inspect --format '{{json .State.Health}}' ${id}; or set the label autodock.health=ignore.`,
      };
    case 'none':
    case 'healthy':
      return null;
  }
}
