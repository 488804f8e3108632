import type { ContainersAnswer } from '../answers/containers.ts';
import type { RoutesAnswer } from '../answers/routes.ts';

const LONGEST_EXCERPT = 200;

/** All that there is, at one moment: what `GET /api/v1/routes` and `GET /api/v1/containers` tell. */
export interface State extends RoutesAnswer, ContainersAnswer {}

/**
 * Asks the daemon's HTTP port for its state.
 *
 * @param base `http://127.0.0.1:1338`
 * @throws Error that names the URL and what was wrong
 */
export async function readState(base: string, signal: AbortSignal): Promise<State> {
  const [routes, containers] = await Promise.all([
    get(`${base}/api/v1/routes`, isRoutes, signal),
    get(`${base}/api/v1/containers`, isContainers, signal),
  ]);
  return { ...routes, ...containers };
}

async function get<T>(
  url: string,
  isAnswer: (body: unknown) => body is T,
  signal: AbortSignal,
): Promise<T> {
  const response = await fetch(url, { signal }).catch((cause: unknown) => {
    throw new Error(`${url} cannot be reached: ${reasonOf(cause)}`, { cause });
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${detailOf(text)}`);
  const body = parse(text);
  if (!isAnswer(body)) throw new Error(`${url} is not autodock's: its answer has another shape`);
  return body;
}

/** undici says `fetch failed`; the cause says why. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause === undefined ? thrown.message : reasonOf(thrown.cause);
}

/** The detail of a problem (RFC 9457), or the beginning of whatever came. */
function detailOf(text: string): string {
  const body = parse(text);
  const isProblem = isObject(body) && typeof body.detail === 'string';
  return isProblem ? String(body.detail) : text.slice(0, LONGEST_EXCERPT);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRoutes(body: unknown): body is RoutesAnswer {
  return isObject(body) && isListOf(body.routes, ['vhost'], ['backends']);
}

function isContainers(body: unknown): body is ContainersAnswer {
  const isList = (list: unknown) =>
    isListOf(list, ['id', 'name', 'verdict'], ['routes', 'rejections']);
  return isObject(body) && isList(body.containers);
}

function isListOf(list: unknown, texts: readonly string[], lists: readonly string[]): boolean {
  const isItem = (item: unknown) =>
    isObject(item) &&
    texts.every((name) => typeof item[name] === 'string') &&
    lists.every((name) => Array.isArray(item[name]));
  return Array.isArray(list) && list.every(isItem);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
