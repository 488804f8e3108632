/** The requests that autodock may make of an engine: nothing else may ever reach one. */
export const DOCKER_REQUESTS = [
  'ping',
  'version',
  'info',
  'events',
  'networks',
  'list',
  'health',
  'inspect',
] as const;
/** `health` is the list with a health filter. */
export type DockerRequestKind = (typeof DOCKER_REQUESTS)[number];

/** A request's path, taken apart. */
export interface DockerPath {
  readonly kind: DockerRequestKind;
  /** `1.41`, or null without a prefix. */
  readonly version: string | null;
  /** The container of an inspection, else null. */
  readonly id: string | null;
  readonly query: URLSearchParams;
  readonly filters: Readonly<Record<string, readonly string[]>>;
}

const KINDS: Readonly<Record<string, DockerRequestKind>> = {
  '/_ping': 'ping',
  '/version': 'version',
  '/info': 'info',
  '/events': 'events',
  '/networks': 'networks',
  '/containers/json': 'list',
};

/** Takes a request apart; null if autodock may not make it. */
export function parseDockerPath(method: string, target: string): DockerPath | null {
  const url = new URL(target, 'http://docker');
  const [, version = null, path = ''] = /^(?:\/v(\d+\.\d+))?(\/.*)$/.exec(url.pathname) ?? [];
  const id = /^\/containers\/([^/]+)\/json$/.exec(path)?.[1] ?? null;
  const kind = id === null ? KINDS[path] : 'inspect';
  if (method !== 'GET' || kind === undefined) return null;
  const filters = parseFilters(url.searchParams.get('filters'));
  return {
    kind: kind === 'list' && 'health' in filters ? 'health' : kind,
    version,
    id,
    query: url.searchParams,
    filters,
  };
}

/** Filters come as `{"name": ["value"]}` or, by older clients, as `{"name": {"value": true}}`. */
function parseFilters(text: string | null): Readonly<Record<string, readonly string[]>> {
  const filters = JSON.parse(text || '{}') as Readonly<Record<string, readonly string[] | object>>;
  return Object.fromEntries(
    Object.entries(filters).map(([name, values]) => [
      name,
      Array.isArray(values) ? (values as readonly string[]) : Object.keys(values),
    ]),
  );
}
