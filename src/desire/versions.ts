import { compareText } from '../model/compare.ts';
import { escapeText } from '../model/escape.ts';
import { shortId } from '../model/ids.ts';
import type { Workload } from '../model/workload.ts';
import type { Judgement, Petition } from './ask.ts';
import type { Grounds } from './grounds.ts';
import { listInWords } from './grounds.ts';
import { type OwnLabels, readLabels } from './labels.ts';
import type { DesireSettings } from './settings.ts';

/** Which version of an application a workload is, and what is wanted of versions. */
export interface Version {
  /** Equal for containers of one version: Compose's configuration and the image. */
  readonly key: string;
  /** `newest`: a host is never answered by two versions at once. */
  readonly policy: DesireSettings['versions'];
  /** How many containers make a version complete; null: as many as are routed now. */
  readonly replicas: number | null;
}

/** What is known besides who asks for a host. */
export interface VersionContext {
  /** Short ids that are claimed for the host: who has its requests now. */
  readonly claimed: ReadonlySet<string>;
  /** Versions of which a container is not fully known yet. */
  readonly unsettled: ReadonlySet<string>;
}

/** Who is routed, and why others are not. */
export interface ChosenVersion {
  readonly petitions: readonly Petition[];
  readonly passedOver: ReadonlyMap<Petition, Grounds>;
}

const CONFIG_HASH = 'com.docker.compose.config-hash';

/** The version that a workload is of; null: nothing is known of it. */
export function versionOf(
  workload: Workload,
  { versions }: Pick<DesireSettings, 'versions'>,
  labels?: OwnLabels,
): Version | null {
  if (workload.kind === 'unreadable') return null;
  const { own } = labels ?? readLabels(workload.labels);
  const image = workload.reach === 'networks' ? (workload.imageId ?? '') : '';
  const replicas = own.get('replicas')?.value;
  return {
    key: `${workload.labels.get(CONFIG_HASH) ?? ''} ${image}`,
    policy: (own.get('versions')?.value ?? versions) === 'newest' ? 'newest' : 'mixed',
    replicas: replicas === undefined ? null : Number(replicas),
  };
}

/** Whether one of those that ask wants one version alone. */
export function isVersioned({ version }: Pick<Judgement, 'version'>): boolean {
  return version?.policy === 'newest';
}

interface Group {
  readonly key: string;
  /** Of its youngest container, seconds. */
  readonly createdAt: number;
  readonly able: readonly Petition[];
  /** Those that cannot be routed yet, and were not told to go. */
  readonly pending: readonly Petition[];
  readonly replicas: number | null;
}

/**
 * Gives all requests of a host to one version: to the newest that is complete, and until then to the one that has them
 * now; never back to an older one while that can serve. Rests on what is claimed and on nothing remembered.
 */
export function chooseVersion(
  petitions: readonly Petition[],
  context: VersionContext,
): ChosenVersion {
  if (!petitions.some(({ judgement }) => isVersioned(judgement))) return all(petitions);
  const groups = groupsOf(petitions);
  const current = groups.find(({ able }) => able.some((one) => isClaimed(one, context))) ?? null;
  const needed = current?.able.filter((one) => isClaimed(one, context)).length ?? 1;
  const isComplete = (group: Group) => lackOf(group, needed, context) === null;
  const newer = current === null ? groups : groups.slice(0, groups.indexOf(current));
  const chosen = newer.find(isComplete) ?? current ?? groups.find(({ able }) => able.length > 0);
  if (chosen === undefined) return all(petitions);
  const passedOver = new Map<Petition, Grounds>();
  const place = groups.indexOf(chosen);
  groups.forEach((group, index) => {
    if (group === chosen) return;
    const grounds =
      index > place ? older(chosen) : waiting(lackOf(group, needed, context) ?? 'it is next');
    for (const one of group.able) passedOver.set(one, grounds);
  });
  return { petitions: petitions.filter((one) => !passedOver.has(one)), passedOver };
}

function all(petitions: readonly Petition[]): ChosenVersion {
  return { petitions, passedOver: new Map() };
}

/** The newest first. What is of no known version belongs to none: it keeps what it has. */
function groupsOf(petitions: readonly Petition[]): readonly Group[] {
  const byKey = new Map<string, Petition[]>();
  for (const petition of petitions) {
    const key = petition.judgement.version?.key;
    if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), petition]);
  }
  const groups = [...byKey].map(([key, members]): Group => {
    const replicas = members.flatMap(({ judgement }) => judgement.version?.replicas ?? []);
    return {
      key,
      createdAt: Math.max(...members.map(({ judgement }) => judgement.createdAt)),
      able: members.filter(({ ask }) => ask.backend !== null),
      pending: members.filter(
        ({ ask, judgement }) => ask.backend === null && !isLeaving(judgement),
      ),
      replicas: replicas.length === 0 ? null : Math.max(...replicas),
    };
  });
  return groups.sort((a, b) => b.createdAt - a.createdAt || compareText(b.key, a.key));
}

function isClaimed({ judgement }: Petition, { claimed }: VersionContext): boolean {
  return claimed.has(shortId(judgement.id));
}

/** Nobody waits for who was told to stop, or was drained. */
function isLeaving({ verdict }: Judgement): boolean {
  return verdict.rejections.some(({ reason }) => reason === 'stopping' || reason === 'drained');
}

/** What a version lacks to be complete, in words; null: nothing. */
function lackOf(
  { key, able, pending, replicas }: Group,
  needed: number,
  { unsettled }: VersionContext,
): string | null {
  const wanted = replicas ?? Math.max(1, needed);
  const ids = new Set(able.map(({ judgement }) => judgement.id));
  if (pending.length > 0) {
    const names = listInWords(pending.map(({ judgement }) => judgement.verdict.name));
    return `${names} cannot be routed yet`;
  }
  if (unsettled.has(key)) return 'one of its containers is not known in full yet';
  return ids.size < wanted ? `${ids.size} of ${wanted} containers can be routed` : null;
}

function older({ able }: Group): Grounds {
  const names = listInWords(able.map(({ judgement }) => escapeText(judgement.verdict.name)));
  return {
    reason: 'older-version',
    detail: `A newer version has the requests of this host: ${names}.`,
    remedy: 'Remove it when you no longer need it; autodock.versions=mixed lets both answer.',
  };
}

function waiting(lack: string): Grounds {
  return {
    reason: 'starting',
    detail: `Its version takes over as a whole, and is not complete: ${lack}.`,
    remedy:
      'Wait; autodock.replicas says how many containers make it complete, if not as many as are routed now.',
  };
}
