import { compareText } from '../model/compare.ts';
import { isEmpty, type NamedValue, readWritten, type WrittenValue } from './written.ts';

/** The labels `autodock.<word>` of a container as a whole. */
const OWN_WORDS = [
  ...(['host', 'port', 'network', 'health', 'weight', 'scheme', 'enable'] as const),
  ...(['versions', 'replicas', 'timeout', 'idle', 'verify'] as const),
] as const;
/** The words of a named route, `autodock.<name>.<word>`. */
const ROUTE_WORDS = ['host', 'port', 'weight', 'scheme'] as const;

type OwnWord = (typeof OWN_WORDS)[number];
type RouteWord = (typeof ROUTE_WORDS)[number];

/** The labels of a named route; `name` is of letters, digits, `_` and `-`. */
export interface NamedRoute {
  readonly name: string;
  readonly words: ReadonlyMap<RouteWord, NamedValue>;
}

/** What a container's labels say in our namespace. An empty value is as if it were not set. */
export interface OwnLabels {
  readonly own: ReadonlyMap<OwnWord, NamedValue>;
  /** Sorted by name (code units). */
  readonly named: readonly NamedRoute[];
  /** Keys within our namespace that mean nothing, sorted. */
  readonly unknown: readonly string[];
  /** Those that hold a comment besides their value. */
  readonly commented: readonly WrittenValue[];
  /** Keys that mean something and have no value, sorted. */
  readonly empty: readonly string[];
}

const NAMESPACE = 'autodock.';
const OWN_KEY = new RegExp(`^autodock\\.(${OWN_WORDS.join('|')})$`);
const ROUTE_KEY = new RegExp(`^autodock\\.([A-Za-z0-9_-]{1,63})\\.(${ROUTE_WORDS.join('|')})$`);

/** Every label that means something, for messages. */
export const ALLOWED_LABELS = [
  ...OWN_WORDS.map((word) => `${NAMESPACE}${word}`),
  ...ROUTE_WORDS.map((word) => `${NAMESPACE}<name>.${word}`),
].join(', ');

/** True for the key of a label that means something. */
export function isKnownLabel(key: string): boolean {
  return OWN_KEY.test(key) || ROUTE_KEY.test(key);
}

/** Sorts the labels of a container into what they are about. */
export function readLabels(labels: ReadonlyMap<string, string>): OwnLabels {
  const own = new Map<OwnWord, NamedValue>();
  const named = new Map<string, Map<RouteWord, NamedValue>>();
  const unknown: string[] = [];
  const ours = [...labels].filter(([key]) => key.startsWith(NAMESPACE));
  const written = ours.map(([key, text]) => readWritten(key, text));
  const known = written.filter(({ from }) => isKnownLabel(from));
  for (const setting of written) {
    const ownWord = OWN_KEY.exec(setting.from)?.[1];
    const [, name, routeWord] = ROUTE_KEY.exec(setting.from) ?? [];
    if (ownWord !== undefined) {
      setUnlessEmpty(own, ownWord as OwnWord, setting);
    } else if (name !== undefined) {
      const words = named.get(name) ?? new Map<RouteWord, NamedValue>();
      named.set(name, words);
      setUnlessEmpty(words, routeWord as RouteWord, setting);
    } else {
      unknown.push(setting.from);
    }
  }
  const routes = Array.from(named, ([name, words]) => ({ name, words }));
  return {
    own,
    named: routes.filter(({ words }) => words.size > 0).sort((a, b) => compareText(a.name, b.name)),
    unknown: unknown.sort(compareText),
    commented: known.filter(({ comment }) => comment !== null),
    empty: known
      .filter(isEmpty)
      .map(({ from }) => from)
      .sort(compareText),
  };
}

function setUnlessEmpty<Word>(words: Map<Word, NamedValue>, word: Word, setting: NamedValue): void {
  if (setting.value !== '') {
    words.set(word, setting);
  }
}
