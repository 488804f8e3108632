import { envNameMeant } from '../model/env-names.ts';
import { escapeText } from '../model/escape.ts';
import { showVhost, unicodeForm } from '../model/vhost.ts';
import type { KnownWorkload } from '../model/workload.ts';
import type { Hosts } from './hosts.ts';
import { isKnownLabel, type OwnLabels } from './labels.ts';
import { isEmpty, readWritten } from './written.ts';

/** Words that people write for one of ours, lower case and letters only. */
const WORDS_MEANT: ReadonlyMap<string, string> = new Map([
  ['host', 'host'],
  ['hosts', 'host'],
  ['hostname', 'host'],
  ['vhost', 'host'],
  ['virtualhost', 'host'],
  ['domain', 'host'],
  ['alias', 'host'],
  ['port', 'port'],
  ['ports', 'port'],
  ['network', 'network'],
  ['networks', 'network'],
  ['health', 'health'],
  ['healthcheck', 'health'],
  ['weight', 'weight'],
  ['weights', 'weight'],
  ['enable', 'enable'],
  ['enabled', 'enable'],
  ['timeout', 'timeout'],
  ['timeouts', 'timeout'],
  ['idletimeout', 'idle'],
  ['scheme', 'scheme'],
  ['protocol', 'scheme'],
]);

/** Alphabets in which letters look like those of another. */
const LOOK_ALIKE_SCRIPTS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
];

/** More of one workload are not shown. */
export const HINTS_SHOWN = 20;

/** What may not be as it was meant, though nothing is wrong: near misses and look-alikes. */
export function hintsOf(
  workload: KnownWorkload,
  labels: OwnLabels,
  hosts: Hosts,
): readonly string[] {
  const hints = [
    ...emptySettings(workload.env, labels),
    ...nearMissVariables(workload.env, labels),
    ...nearMissLabels(workload.labels, labels),
    ...(hosts.byRequest.size === 0 ? requestlessSettings(labels, workload.env) : []),
    ...lookAlikes(hosts),
  ];
  return hints.slice(0, HINTS_SHOWN);
}

/** Set and empty is as if it were not set, and seldom meant: `VIRTUALHOST: ${HOST}` in Compose, and no HOST. */
function emptySettings(
  env: ReadonlyMap<string, string>,
  { own, empty }: OwnLabels,
): readonly string[] {
  const isSetEmpty = (name: string) => env.has(name) && isEmpty(readWritten(name, env.get(name)));
  // Others use PORT and ALIAS for things of their own.
  const isMeant = own.has('host') || env.has('VIRTUALHOST');
  const variables = [
    ...(own.has('host') ? [] : ['VIRTUALHOST']),
    ...(own.has('host') || !isMeant ? [] : ['ALIAS']),
    ...(own.has('port') || !isMeant ? [] : ['PORT']),
  ];
  return [...variables.filter(isSetEmpty), ...empty].map(
    (name) => `${escapeText(name)} is set and empty, which is as if it were not set.`,
  );
}

function nearMissVariables(
  env: ReadonlyMap<string, string>,
  { own }: OwnLabels,
): readonly string[] {
  if (own.has('host')) {
    return [];
  }
  const hints: string[] = [];
  for (const [name, value] of env) {
    const meant = envNameMeant(name);
    if (meant !== null && value !== '' && (env.get(meant) ?? '') === '') {
      const is = env.has(meant) ? 'is empty' : 'is not';
      hints.push(`${name} is set and ${meant} ${is}: did you mean ${meant}?`);
    }
  }
  return hints;
}

function nearMissLabels(
  all: ReadonlyMap<string, string>,
  { unknown }: OwnLabels,
): readonly string[] {
  const hints: string[] = [];
  for (const key of unknown) {
    const at = key.lastIndexOf('.');
    const meant = WORDS_MEANT.get(
      key
        .slice(at + 1)
        .toLowerCase()
        .replace(/[^a-z]/g, ''),
    );
    const suggestion = `${key.slice(0, at)}.${meant ?? ''}`;
    if (isKnownLabel(suggestion)) {
      hints.push(labelHint(key, suggestion));
    }
  }
  for (const key of all.keys()) {
    if (isNearMissLabel(key)) {
      hints.push(labelHint(key, 'autodock.host'));
    }
  }
  return hints;
}

/** Whether a label outside our namespace is one that people write for `autodock.host`. */
export function isNearMissLabel(key: string): boolean {
  return /^(?:VIRTUAL_?HOST|autodock[_-]host|autodock)$/i.test(key);
}

function labelHint(key: string, meant: string): string {
  return `The label ${escapeText(key)} is set: did you mean ${escapeText(meant)}?`;
}

function requestlessSettings(
  { own, empty }: OwnLabels,
  env: ReadonlyMap<string, string>,
): readonly string[] {
  const words = ['port', 'weight', 'network', 'health'] as const;
  const is = empty.includes('autodock.host') || env.has('VIRTUALHOST') ? 'has a value' : 'is';
  const hints = words
    .filter((word) => own.has(word))
    .map((word) => `autodock.${word} is set, but neither autodock.host nor VIRTUALHOST ${is}.`);
  if ((env.get('ALIAS') ?? '') !== '') {
    const isNot = env.has('VIRTUALHOST') ? 'is empty' : 'is not';
    hints.push(`ALIAS is set, but VIRTUALHOST ${isNot}: ALIAS only adds to it.`);
  }
  return hints;
}

function lookAlikes({ byRequest }: Hosts): readonly string[] {
  const hints = new Set<string>();
  for (const vhost of Array.from(byRequest.values()).flat()) {
    const unicode = unicodeForm(vhost);
    if (unicode !== null) {
      const mixed = unicode.split('.').some(mixesScripts)
        ? ' It mixes alphabets in which letters look alike.'
        : '';
      hints.add(`Two names can look the same; this one is ${showVhost(vhost)}.${mixed}`);
    }
  }
  return Array.from(hints);
}

function mixesScripts(label: string): boolean {
  return LOOK_ALIKE_SCRIPTS.filter((script) => script.test(label)).length > 1;
}
