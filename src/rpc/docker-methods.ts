import type { DockerReader } from '../clients/docker-reader.ts';
import { messageOf } from '../errors.ts';
import { isRecord } from '../model/record.ts';
import type { Params } from './rpc-call.ts';
import { type RpcOutcome, result, rpcError } from './rpc-error.ts';

/** Parameters by name; those by position have been named. */
type NamedArguments = Readonly<Record<string, unknown>>;

interface DockerMethod {
  /** Their order, as in docker-py of 2015. */
  readonly params: readonly string[];
  readonly call: (docker: DockerReader, params: NamedArguments) => Promise<unknown> | RpcOutcome;
}

/** All that there is: each one reads. */
const METHODS: ReadonlyMap<string, DockerMethod> = new Map([
  [
    'containers',
    {
      params: 'quiet all trunc latest since before limit size filters'.split(' '),
      call: listContainers,
    },
  ],
  ['inspect_container', { params: ['container'], call: inspectContainer }],
  ['version', { params: ['api_version'], call: (docker) => docker.version() }],
  ['info', { params: [], call: (docker) => docker.info() }],
]);

/**
 * The method `docker` of 2015: a method of docker-py by name and what it takes. What the engine refuses is a
 * result with `error`, as it was then; what cannot be asked is an error.
 */
export async function callDockerMethod(docker: DockerReader, params: Params): Promise<RpcOutcome> {
  const { method, args } = split(params);
  const found = typeof method === 'string' ? METHODS.get(method) : undefined;
  if (found === undefined) {
    const names = [...METHODS.keys()].join(', ');
    return rpcError(
      'method',
      `"docker" takes one of ${names} as its first parameter; none writes.`,
    );
  }
  const named = nameParams(found.params, args);
  if (named === null) {
    const takes = found.params.length === 0 ? 'nothing' : found.params.join(', ');
    return rpcError('params', `docker ${String(method)} takes ${takes}.`);
  }
  try {
    const asked = found.call(docker, named);
    return asked instanceof Promise ? result(await asked) : asked;
  } catch (error) {
    return result({ error: messageOf(error), traceback: '' });
  }
}

function split(params: Params): { readonly method: unknown; readonly args: Params } {
  if (params.kind === 'list') {
    const [method, ...values] = params.values;
    return { method, args: { kind: 'list', values } };
  }
  const { method, ...values } = params.values;
  return { method, args: { kind: 'named', values } };
}

/** Null: there are too many, or one that it does not know. */
function nameParams(names: readonly string[], args: Params): NamedArguments | null {
  if (args.kind === 'named') {
    return Object.keys(args.values).every((name) => names.includes(name)) ? args.values : null;
  }
  if (args.values.length > names.length) return null;
  return Object.fromEntries(args.values.map((value, index) => [names[index], value]));
}

async function listOf(docker: DockerReader, query: NamedArguments): Promise<readonly unknown[]> {
  const list: unknown = await docker.containers(query);
  if (!Array.isArray(list)) throw new Error('Docker: list: malformed reply (no list)');
  return list;
}

function listContainers(
  docker: DockerReader,
  params: NamedArguments,
): Promise<unknown> | RpcOutcome {
  const { quiet, all, trunc, latest, since, before, limit, size, filters } = params;
  const names = { since, before };
  for (const [name, value] of Object.entries(names)) {
    if (value !== undefined && value !== null && !isContainerName(value)) {
      return rpcError('params', `"${name}" must be the name or the id of a container.`);
    }
  }
  const query = {
    all: Boolean(all),
    size: Boolean(size),
    limit: latest ? 1 : Number.isInteger(limit) ? limit : -1,
    ...Object.fromEntries(Object.entries(names).filter(([, value]) => isContainerName(value))),
    ...(isRecord(filters) ? { filters } : {}),
  };
  return listOf(docker, query).then((list) => list.map((line) => shorten(line, quiet, trunc)));
}

function shorten(line: unknown, quiet: unknown, trunc: unknown): unknown {
  if (!isRecord(line) || !('Id' in line)) return line;
  const { Id: id } = line;
  if (quiet) return { Id: id };
  return trunc && typeof id === 'string' ? { ...line, Id: id.slice(0, 12) } : line;
}

function inspectContainer(
  docker: DockerReader,
  params: NamedArguments,
): Promise<unknown> | RpcOutcome {
  const { container } = params;
  const id = isRecord(container) ? container.Id : container;
  return isContainerName(id)
    ? docker.inspect(id)
    : rpcError('params', '"container" must be the name or the id of a container.');
}

/** A name or an id: no character that means something in a path. */
export function isContainerName(value: unknown): value is string {
  return typeof value === 'string' && /^\/?[A-Za-z0-9][\w.-]{0,254}$/.test(value);
}
