import { HEALTH_IN_LIST, type Json, type Recorded } from './recorded.ts';

export type FakeState = 'created' | 'running' | 'paused' | 'restarting' | 'exited';
export type FakeHealth = 'none' | 'starting' | 'healthy' | 'unhealthy';

/** A container's endpoint on one network; the address is empty while it does not run. */
export interface FakeEndpoint {
  readonly networkId: string;
  ipv4: string;
  ipv6: string;
}

/** A simulated container. The daemon changes it; the functions below render what an engine would say. */
export interface FakeContainer {
  readonly id: string;
  name: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: readonly string[] | null;
  /** `80/tcp`. */
  readonly exposed: readonly string[];
  readonly published: readonly FakeBinding[];
  readonly networkMode: string;
  readonly endpoints: Map<string, FakeEndpoint>;
  state: FakeState;
  /** By its image or its own; it has one for life. */
  readonly hasHealthcheck: boolean;
  health: FakeHealth;
  /** ISO 8601; undefined: a recorded time. */
  readonly startedAt: string | undefined;
}

/** A published port. */
export interface FakeBinding {
  readonly ip: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

/** The container's line in the list of an API's minor version. */
export function renderLine(container: FakeContainer, engine: Recorded, apiMinor: number): Json {
  const template = engine.line(apiMinor);
  const health = { Status: container.health, FailingStreak: 0 };
  return {
    ...template,
    Id: container.id,
    Names: [`/${container.name}`],
    Image: container.image,
    Created: container.created,
    Ports: portsOf(container, template),
    Labels: container.labels,
    State: container.state,
    Status: statusText(container),
    HostConfig: { NetworkMode: container.networkMode },
    ...(apiMinor < HEALTH_IN_LIST ? {} : { Health: health }),
    NetworkSettings: { Networks: networksOf(container, engine) },
  };
}

/** The container's inspection. */
export function renderInspection(container: FakeContainer, engine: Recorded): Json {
  const { inspect } = engine;
  const settings = inspect.NetworkSettings as Json;
  const bridge = container.endpoints.get('bridge')?.ipv4 ?? '';
  return {
    ...inspect,
    Id: container.id,
    Name: `/${container.name}`,
    Created: new Date(container.created * 1000).toISOString(),
    State: { ...(inspect.State as Json), ...inspectedState(container) },
    HostConfig: { ...(inspect.HostConfig as Json), NetworkMode: container.networkMode },
    Config: {
      ...(inspect.Config as Json),
      Hostname: container.id.slice(0, 12),
      Env: container.env,
      ExposedPorts: Object.fromEntries(container.exposed.map((port) => [port, {}])),
      Labels: container.labels,
      Image: container.image,
      ...(container.hasHealthcheck ? { Healthcheck: { Test: ['CMD', 'true'] } } : {}),
    },
    NetworkSettings: {
      ...settings,
      // Engines from API 1.52 on no longer send it.
      ...('IPAddress' in settings ? { IPAddress: bridge } : {}),
      Networks: networksOf(container, engine),
    },
  };
}

function inspectedState({ state, health, startedAt }: FakeContainer): Json {
  return {
    ...(startedAt === undefined ? {} : { StartedAt: startedAt }),
    Status: state,
    // A crash loop says so too: engines.md, "Shapes".
    Running: state === 'running' || state === 'paused' || state === 'restarting',
    Paused: state === 'paused',
    Restarting: state === 'restarting',
    ...(health === 'none' ? {} : { Health: { Status: health, FailingStreak: 0, Log: [] } }),
  };
}

function networksOf(container: FakeContainer, engine: Recorded): Json {
  const networks = [...container.endpoints].map(([name, endpoint]) => [
    name,
    {
      ...engine.endpoint,
      NetworkID: endpoint.networkId,
      Gateway: endpoint.ipv4.replace(/\d+$/, '1'),
      IPAddress: endpoint.ipv4,
      GlobalIPv6Address: endpoint.ipv6,
    },
  ]);
  return Object.fromEntries(networks) as Json;
}

function portsOf(container: FakeContainer, template: Json): readonly Json[] {
  const hasAddress = [...container.endpoints.values()].some(({ ipv4, ipv6 }) => ipv4 + ipv6 !== '');
  if (!hasAddress) return [];
  const published = container.published.map(({ ip, hostPort, containerPort }) => ({
    IP: ip,
    PrivatePort: containerPort,
    PublicPort: hostPort,
    Type: 'tcp',
  }));
  // Engine 29 sends an empty IP with a port that is not published, older ones none.
  const unpublished = 'IP' in ((template.Ports as readonly Json[])[0] ?? {}) ? { IP: '' } : {};
  const bare = container.exposed
    .filter((port) => !published.some(({ PrivatePort }) => port === `${PrivatePort}/tcp`))
    .map((port) => {
      const [number, type] = port.split('/');
      return { ...unpublished, PrivatePort: Number(number), Type: type };
    });
  return [...bare, ...published];
}

function statusText({ state, health }: FakeContainer): string {
  switch (state) {
    case 'created':
      return 'Created';
    case 'exited':
      return 'Exited (0) 5 seconds ago';
    case 'restarting':
      return 'Restarting (1) 1 second ago';
    case 'paused':
      return 'Up 5 seconds (Paused)';
    case 'running': {
      const notes = {
        none: '',
        starting: ' (health: starting)',
        healthy: ' (healthy)',
        unhealthy: ' (unhealthy)',
      };
      return `Up 5 seconds${notes[health]}`;
    }
  }
}
