import { createDesire, type Desired } from '../../../src/desire/desire.ts';
import type { DesireSettings } from '../../../src/desire/settings.ts';
import type {
  KnownContainer,
  NetworkAddress,
  UnknownContainer,
} from '../../../src/model/container.ts';
import type { Claim, Rejection, WorkloadVerdict } from '../../../src/model/frontend.ts';
import { type ContainerId, parseContainerId } from '../../../src/model/ids.ts';
import { CONTAINER, type Workload } from '../../../src/model/workload.ts';
import type { UnreadableWorkload } from '../../../src/model/workload-line.ts';

/** The settings of a controller that was told nothing. */
export const DEFAULTS: DesireSettings = {
  networks: [],
  address: 'container',
  hostAddress: '127.0.0.1',
  isSwarm: false,
  versions: 'mixed',
  health: 'healthy',
  frontAddresses: [],
};

/** An id as an engine makes it; different numbers differ in their short form, too. */
export function idOf(number: number): ContainerId {
  const id = parseContainerId(number.toString(16).padStart(12, '0').padEnd(64, 'f'));
  if (id === null) {
    throw new Error(`no container id: ${number}`);
  }
  return id;
}

/** The short form of `idOf(number)`. */
export function shortOf(number: number): string {
  return idOf(number).slice(0, 12);
}

/** One address of a container on a network. */
export function on(
  network: string,
  ipv4: string | null,
  ipv6: string | null = null,
): NetworkAddress {
  return { network, networkId: `id-of-${network}`, ipv4, ipv6 };
}

/** What a test says of a container: maps as records, everything else as it is. */
export interface Said extends Partial<Omit<KnownContainer, 'kind' | 'id' | 'env' | 'labels'>> {
  readonly env?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A running container that exposes port 80, at 172.17.0.<number> on `bridge`. */
export function container(number: number, said: Said = {}): KnownContainer {
  return {
    kind: 'known',
    noun: CONTAINER,
    reach: 'networks',
    id: idOf(number),
    name: `c${number}`,
    createdAt: 1_700_000_000 + number,
    state: 'running',
    health: 'none',
    networkMode: 'bridge',
    addresses: [on('bridge', `172.17.0.${number}`)],
    published: [],
    exposedPorts: [80],
    hasHealthcheck: false,
    firstProbeMs: null,
    hasOwnLabels: false,
    stopSignal: 15,
    bound: null,
    staleAddresses: [],
    barriers: new Map(),
    setBackTo: null,
    isOlderThanNetwork: false,
    ...said,
    env: new Map(Object.entries(said.env ?? {})),
    labels: new Map(Object.entries(said.labels ?? {})),
  };
}

/** The same, asking for `virtualhost`. */
export function asking(number: number, virtualhost: string, said: Said = {}): KnownContainer {
  return container(number, { ...said, env: { VIRTUALHOST: virtualhost, ...said.env } });
}

/** A container whose inspection is under way. */
export function unknown(number: number, said: Said = {}): UnknownContainer {
  const { env: _, exposedPorts: __, staleAddresses: ___, ...line } = container(number, said);
  return { ...line, kind: 'unknown', why: 'its inspection is under way' };
}

/** A container of which the list tells no more than the id. */
export function unreadable(number: number): UnreadableWorkload {
  const why = 'its line in the list of containers is malformed';
  return { kind: 'unreadable', id: idOf(number), noun: CONTAINER, name: `c${number}`, why };
}

/** An owner's claims: vhost to URL to the short ids, one for each copy. */
export function claims(
  said: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
): ReadonlyMap<string, Claim> {
  return new Map(
    Object.entries(said).map(([vhost, backends]) => [
      vhost,
      { backends: new Map(Object.entries(backends)), heldSince: null },
    ]),
  );
}

/** What is desired for these containers, without a memo. */
export function desire(
  workloads: readonly Workload[],
  settings: Partial<DesireSettings> = {},
  claimed: ReadonlyMap<string, Claim> = new Map(),
): Desired {
  return createDesire()({ workloads, claimed, settings: { ...DEFAULTS, ...settings } });
}

/** The frontends as text, one a line: `vhost [identifier] url*copies(short id) ...`. */
export function frontendsOf({ frontends }: Desired): readonly string[] {
  return Array.from(frontends.values(), ({ vhost, identifier, backends }) => {
    const urls = backends.map(({ url, ids }) => `${url}*${ids.length}`);
    return [vhost, `[${identifier}]`, ...(urls.length === 0 ? ['held'] : urls)].join(' ');
  });
}

/** The only verdict. */
export function verdictOf({ verdicts }: Desired): WorkloadVerdict {
  const [verdict, ...others] = verdicts;
  if (verdict === undefined || others.length > 0) {
    throw new Error(`${verdicts.length} verdicts`);
  }
  return verdict;
}

/** The verdict on one container alone. */
export function judged(one: Workload, settings: Partial<DesireSettings> = {}): WorkloadVerdict {
  return verdictOf(desire([one], settings));
}

/** The URLs that one container is routed to. */
export function urlsOf(one: Workload, settings: Partial<DesireSettings> = {}): readonly string[] {
  return judged(one, settings).routes.map(({ url }) => url);
}

/** A rejection as a person reads it. */
export function inWords({ reason, vhost, detail, remedy }: Rejection): string {
  return `${vhost ?? '-'}: ${reason}: ${detail} ${remedy}`;
}
