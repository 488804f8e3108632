import { escapeText } from '../model/escape.ts';
import type { WorkloadLine } from '../model/workload-line.ts';
import type { Grounds } from './grounds.ts';
import type { OwnLabels } from './labels.ts';

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
