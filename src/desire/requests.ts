import type { OwnLabels, Setting } from './labels.ts';

/** One request of a container for routes: some hosts on one port. */
export interface RouteRequest {
  /** As written, in order, each text once. The first of the first request is the primary. */
  readonly hosts: readonly string[];
  /** null: the default rule applies. */
  readonly port: Setting | null;
  /** What a person would set to choose the port: `PORT`, or the named route's label. */
  readonly portName: string;
  /** null: 1. */
  readonly weight: Setting | null;
}

/** What a container asks for, or would if its labels were whole. */
export interface Requests {
  readonly requests: readonly RouteRequest[];
  /** Names of routes that have a port or a weight, but no host. */
  readonly hostless: readonly string[];
}

/**
 * Reads the requests of a container: `autodock.host`, else `VIRTUALHOST` and `ALIAS`, then the named
 * routes by name. `ALIAS` alone asks for nothing: it means *further* vhosts, and images use the
 * variable for other things.
 */
export function readRequests(labels: OwnLabels, env: ReadonlyMap<string, string>): Requests {
  const hosts = mainHosts(labels, env);
  const requests: RouteRequest[] = [];
  if (hosts.length > 0) {
    const port = labels.own.get('port') ?? setting(env, 'PORT');
    const weight = labels.own.get('weight') ?? null;
    requests.push({ hosts, port, portName: 'PORT', weight });
  }
  const hostless: string[] = [];
  for (const { name, words } of labels.named) {
    const named = splitHosts(words.get('host')?.value);
    if (named.length === 0) {
      hostless.push(name);
    } else {
      const port = words.get('port') ?? null;
      const weight = words.get('weight') ?? null;
      requests.push({ hosts: named, port, portName: `autodock.${name}.port`, weight });
    }
  }
  return { requests, hostless };
}

function mainHosts(labels: OwnLabels, env: ReadonlyMap<string, string>): readonly string[] {
  const labelled = splitHosts(labels.own.get('host')?.value);
  if (labelled.length > 0) {
    return labelled;
  }
  const hosts = splitHosts(env.get('VIRTUALHOST'));
  return hosts.length === 0
    ? hosts
    : Array.from(new Set([...hosts, ...splitHosts(env.get('ALIAS'))]));
}

/** Commas and ASCII white space separate; other white space is a slip that the vhost's rule names. */
function splitHosts(text: string | undefined): readonly string[] {
  const items = (text ?? '').split(/[, \t\n\v\f\r]+/);
  return Array.from(new Set(items.filter((item) => item !== '')));
}

function setting(env: ReadonlyMap<string, string>, name: string): Setting | null {
  const value = env.get(name) ?? '';
  return value === '' ? null : { from: name, value };
}
