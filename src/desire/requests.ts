import type { OwnLabels } from './labels.ts';
import { type NamedValue, readWritten, type WrittenValue } from './written.ts';

/** One request of a container for routes: some hosts on one port. */
export interface RouteRequest {
  /** As written, in order, each text once. The first of the first request is the primary. */
  readonly hosts: readonly string[];
  /** null: the default rule applies. */
  readonly port: NamedValue | null;
  /** What a person would set to choose the port: `PORT`, or the named route's label. */
  readonly portName: string;
  /** Whether that is set and empty, which is as if it were not set. */
  readonly isPortEmpty: boolean;
  /** null: 1. */
  readonly weight: NamedValue | null;
  /** null: HTTP. */
  readonly scheme: NamedValue | null;
}

/** What a container asks for, or would if its labels were whole. */
export interface Requests {
  readonly requests: readonly RouteRequest[];
  /** Names of routes that have a port, a weight or a scheme, but no host. */
  readonly hostless: readonly string[];
  /** Variables that count and hold a comment besides their value. */
  readonly commented: readonly WrittenValue[];
}

/**
 * Reads the requests of a container: `autodock.host`, else `VIRTUALHOST` and `ALIAS`, then the named
 * routes by name. `ALIAS` alone asks for nothing: it means *further* vhosts, and images use the
 * variable for other things.
 */
export function readRequests(labels: OwnLabels, env: ReadonlyMap<string, string>): Requests {
  const counted = countedVariables(labels, env);
  const hosts = mainHosts(labels, counted);
  const requests: RouteRequest[] = [];
  if (hosts.length > 0) {
    const port = labels.own.get('port') ?? unlessEmpty(counted.get('PORT'));
    const weight = labels.own.get('weight') ?? null;
    const isPortEmpty = port === null && env.has('PORT');
    const scheme = labels.own.get('scheme') ?? null;
    requests.push({ hosts, port, portName: 'PORT', isPortEmpty, weight, scheme });
  }
  const hostless: string[] = [];
  for (const { name, words } of labels.named) {
    const named = splitHosts(words.get('host')?.value);
    if (named.length === 0) {
      hostless.push(name);
    } else {
      const port = words.get('port') ?? null;
      const weight = words.get('weight') ?? null;
      const portName = `autodock.${name}.port`;
      const isPortEmpty = labels.empty.includes(portName);
      const scheme = words.get('scheme') ?? null;
      requests.push({ hosts: named, port, portName, isPortEmpty, weight, scheme });
    }
  }
  const commented = [...counted.values()].filter(({ comment }) => comment !== null);
  return { requests, hostless, commented };
}

/** The variables that are looked at: a label beats its variable, and the others only add to a host. */
function countedVariables(
  { own }: OwnLabels,
  env: ReadonlyMap<string, string>,
): ReadonlyMap<string, WrittenValue> {
  const read = (name: string) => [name, readWritten(name, env.get(name))] as const;
  const isLabelled = splitHosts(own.get('host')?.value).length > 0;
  const host = read('VIRTUALHOST');
  const isAsked = isLabelled || splitHosts(host[1].value).length > 0;
  return new Map([
    ...(isLabelled ? [] : [host]),
    ...(isLabelled || !isAsked ? [] : [read('ALIAS')]),
    ...(isAsked && !own.has('port') ? [read('PORT')] : []),
  ]);
}

function mainHosts(
  { own }: OwnLabels,
  counted: ReadonlyMap<string, WrittenValue>,
): readonly string[] {
  const texts = [own.get('host'), counted.get('VIRTUALHOST'), counted.get('ALIAS')];
  return Array.from(new Set(texts.flatMap((written) => splitHosts(written?.value))));
}

/** Commas and ASCII white space separate; other white space is a slip that the vhost's rule names. */
function splitHosts(text: string | undefined): readonly string[] {
  const items = (text ?? '').split(/[, \t\n\v\f\r]+/);
  return Array.from(new Set(items.filter((item) => item !== '')));
}

function unlessEmpty(setting: NamedValue | undefined): NamedValue | null {
  return setting === undefined || setting.value === '' ? null : setting;
}
