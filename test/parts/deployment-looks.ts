import { readFile } from 'node:fs/promises';
import { type Deployment, SERVICES } from './deployment.ts';

/** What the controller answers to GET of `/api/v1/WHAT`. */
export async function api<T>(deployment: Deployment, what: string): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${deployment.httpPort}/api/v1/${what}`);
  return (await answer.json()) as T;
}

/** When each container started, by id. */
export async function starts(deployment: Deployment): Promise<Readonly<Record<string, string>>> {
  const inspected = await Promise.all(SERVICES.map((service) => deployment.inspect(service)));
  return Object.fromEntries(inspected.map(({ Id, State }) => [Id, State.StartedAt]));
}

/** What a process may do, by /proc. */
export async function rightsOf(pid: number) {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\w+)`, 'm').exec(text)?.[1];
  return {
    root: field('Uid') === '0',
    capabilities: Number.parseInt(field('CapEff') ?? '', 16),
    newPrivileges: field('NoNewPrivs') !== '1',
  };
}

/** Asks from inside the controller's container; `STATUS BODY`. */
export async function askEngine(
  deployment: Deployment,
  method: string,
  path: string,
): Promise<string> {
  const script = `require('node:http').request(
    { socketPath: '/run/docker-proxy/docker.sock', method: '${method}', path: '${path}' },
async (answer) => console.log(\`\${answer.statusCode} \${(await answer.toArray()).join('').slice(0, 200)}\`),
  ).end()`;
  return (await deployment.exec('autodock', 'node', '-e', script)).stdout;
}
