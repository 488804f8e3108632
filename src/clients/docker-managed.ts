import type Docker from 'dockerode';
import { type AbortableCall, callDocker, httpStatusOf } from './docker-call.ts';
import { requestOf } from './docker-request.ts';
import type { DockerOptions, ManagedList } from './docker-session.ts';

/** What an engine answers that is no manager, or whose managers do not agree who leads. */
const NO_MANAGER = 503;

/** What a manager of a swarm tells; see `DockerSession.managed`. */
export async function readManaged<T>(
  docker: Docker,
  options: DockerOptions,
  list: ManagedList,
  narrow: (reply: unknown) => T | null,
): Promise<T | 'refused'> {
  const ask = askOf(docker, list);
  try {
    return await callDocker(
      requestOf(options, `list of ${list}`),
      (abortSignal) => ask({ abortSignal }),
      narrow,
    );
  } catch (error) {
    if (httpStatusOf(error) === NO_MANAGER) return 'refused';
    throw error;
  }
}

function askOf(docker: Docker, list: ManagedList): AbortableCall {
  switch (list) {
    case 'services':
      return (options) => (docker as { listServices: AbortableCall }).listServices(options);
    case 'tasks':
      return (options) => (docker as { listTasks: AbortableCall }).listTasks(options);
    case 'nodes':
      return (options) => (docker as { listNodes: AbortableCall }).listNodes(options);
  }
}
