import { compareText } from '../model/compare.ts';
import { escapeText } from '../model/escape.ts';
import { listInWords } from './grounds.ts';

/** A service of a Compose project. */
export interface Service {
  readonly project: string;
  readonly service: string;
}

/** What Compose says on the label of a container; null: it made it not. */
export function serviceOf(labels: ReadonlyMap<string, string>): Service | null {
  const project = labels.get('com.docker.compose.project') ?? '';
  const service = labels.get('com.docker.compose.service') ?? '';
  return project === '' || service === '' ? null : { project, service };
}

const IN_TURN = 'Requests go to each in turn; set VIRTUALHOST for the one alone that is to answer.';
const ONE_VERSION =
  'By autodock.versions=newest one of them has all requests, the newest that is complete: right if it takes the place of the others; else set VIRTUALHOST for the one alone that is to answer.';

/**
 * Says of a host that several services of one project ask for it: so do all that read one env file, also those that
 * do not speak HTTP. Whoever splits a host between two services means it, and loses nothing by a hint.
 *
 * @param isVersioned whether one version alone has the requests of the host
 * @returns the hint for each of those that ask, and none for most
 */
export function sharingHints<T extends { readonly service: Service | null }>(
  vhost: string,
  asking: readonly T[],
  isVersioned: boolean,
): ReadonlyMap<T, string> {
  const hints = new Map<T, string>();
  if (asking.length < 2) return hints;
  for (const [project, members] of byProject(asking)) {
    const services = new Set(members.map(({ service }) => service?.service ?? ''));
    if (services.size < 2) continue;
    const names = listInWords([...services].sort(compareText));
    const hint = `${vhost} is asked for by ${services.size} services of the Compose project "${escapeText(project)}": ${names}. ${isVersioned ? ONE_VERSION : IN_TURN}`;
    for (const member of members) hints.set(member, hint);
  }
  return hints;
}

function byProject<T extends { readonly service: Service | null }>(
  asking: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const projects = new Map<string, T[]>();
  for (const one of asking) {
    if (one.service === null) continue;
    const members = projects.get(one.service.project);
    if (members === undefined) projects.set(one.service.project, [one]);
    else members.push(one);
  }
  return projects;
}
