import { escapeText } from '../model/escape.ts';
import { taskOf } from '../model/swarm.ts';
import { CONTAINER } from '../model/workload.ts';
import type { WorkloadLine } from '../model/workload-line.ts';

/** What a person does about a workload, by what it is. An `id` is its short one. */
export interface Remedies {
  /** Where it says what it does. */
  logs(idOrName: string): string;
  /** Lets it run on. */
  unpause(id: string): string;
  /** Shows what its HEALTHCHECK said. */
  health(id: string): string;
  /** Shows whether it can be read. */
  look(id: string): string;
  /**
   * Lets routes lead to a port of it.
   *
   * @param holder the name of the one whose network it shares: engines refuse ports of its own; null: it has its own
   */
  expose(port: number, holder: string | null): string;
  /** Makes a port of it one of the host. @param holder as above */
  publish(port: number, hostAddress: string, holder: string | null): string;
  /**
   * Gives it an address.
   *
   * @param id of one that was taken off its networks, which need not be made anew; null: it is on some
   */
  join(id: string | null): string;
  /** Gives it one on that network. */
  connect(id: string, network: string): string;
  /** Makes one ask for a host. */
  ask(host: string): string;
}

const OF_CONTAINERS: Remedies = {
  logs: (idOrName) => `docker logs ${idOrName}`,
  unpause: (id) => `docker unpause ${id}`,
  health: (id) => `docker inspect --format '{{json .State.Health}}' ${id}`,
  look: (id) => `docker inspect ${id}`,
  expose: (port, holder) => {
    if (holder === null) return `Add EXPOSE ${port} / --expose ${port}`;
    return isOfPod(holder)
      ? `Add EXPOSE ${port} to its image, or create its pod with -p ${port}`
      : `Add --expose ${port} to ${escapeText(holder)}, whose network it shares, or EXPOSE ${port} to its image`;
  },
  publish: (port, hostAddress, holder) =>
    `${startOf(holder)} with -p ${port}, or with -p ${bracketed(hostAddress)}::${port}.`,
  join: (id) =>
    id === null
      ? 'Start it on a network, e.g. with --network bridge.'
      : `Connect it to one: docker network connect NETWORK ${id}.`,
  connect: (id, network) => `docker network connect ${network} ${id}`,
  ask: (host) =>
    `Start a container with -e VIRTUALHOST=${host}. Has it stopped? docker ps -a shows it.`,
};

/** Words for what has none of its own here. */
const OF_OTHERS: Remedies = {
  logs: (idOrName) => `the log of ${idOrName}`,
  unpause: () => 'Let it run on.',
  health: (id) => `what checks the health of ${id}`,
  look: (id) => `where ${id} comes from`,
  expose: (port) => `Say that it answers on port ${port}`,
  publish: (port, hostAddress) => `Let it answer on port ${port} of ${hostAddress}.`,
  join: () => 'Give it an address.',
  connect: () => 'give it an address there',
  ask: (host) => `Let something ask for ${host}.`,
};

/** Of a task: what is done to its container is lost with it, so it is done to the service. */
function ofService(service: string): Remedies {
  const update = (change: string) => `docker service update ${change} ${service}`;
  const publish = (port: number) => update(`--publish-add mode=host,target=${port}`);
  return {
    ...OF_CONTAINERS,
    expose: (port) => `Add EXPOSE ${port} to its image, or publish it: ${publish(port)}`,
    publish,
    join: () => `Give it a network: ${update('--network-add NETWORK')}`,
    connect: (_, network) => update(`--network-add ${network}`),
  };
}

/** By what people call the workload: one line for each kind that has words of its own. */
const BY_NOUN: ReadonlyMap<string, Remedies> = new Map([[CONTAINER, OF_CONTAINERS]]);

/** The remedies for a workload of this kind; by its labels, if they are known, for a task of Swarm. */
export function remediesFor({ noun, labels = new Map() }: KindOfWorkload): Remedies {
  const service = noun === CONTAINER ? taskOf(labels)?.service : undefined;
  // What is not a name is not put into a command.
  if (service !== undefined && /^[\w.-]+$/.test(service)) return ofService(service);
  return BY_NOUN.get(noun) ?? OF_OTHERS;
}

type KindOfWorkload = Pick<WorkloadLine, 'noun'> & Partial<Pick<WorkloadLine, 'labels'>>;

/** podman's container that holds the network of a pod: nobody starts it but the pod. */
function isOfPod(holder: string): boolean {
  return /^[0-9a-f]{12}-infra$/.test(holder);
}

function startOf(holder: string | null): string {
  if (holder === null) return 'Start the container';
  return isOfPod(holder)
    ? 'Create its pod'
    : `Start ${escapeText(holder)}, whose network it shares,`;
}

/** As `docker run -p` wants an address. */
function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
