import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Node } from './swarm.ts';

const run = promisify(execFile);
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const IMAGE = 'localhost:1/prometheus:of-this-machine';
const PORT = 9090;

/** Starts deploy/monitoring/stack.yaml on a manager, with the Prometheus of this machine as its image. */
export async function startMonitoring(manager: Node): Promise<void> {
  await importPrometheus(manager);
  const { code, stdout, stderr } = await manager.run(
    'docker',
    [
      ...['stack', 'deploy', '--resolve-image', 'never'],
      ...['--compose-file', join(PROJECT, 'deploy/monitoring/stack.yaml'), 'autodock-monitoring'],
    ],
    { AUTODOCK_PROMETHEUS_IMAGE: IMAGE },
  );
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
}

/** The program and what it is linked with. */
async function importPrometheus(node: Node): Promise<void> {
  const program = '/usr/bin/prometheus';
  const { stdout } = await run('ldd', [program]);
  const libraries = stdout.match(/\/\S+(?= \()/g) ?? [];
  const archive = join(tmpdir(), `autodock-prometheus-${node.id}.tar`);
  await run('tar', ['-chPf', archive, program, ...libraries]);
  await node.docker('import', '--change', `ENTRYPOINT ["${program}"]`, archive, IMAGE);
  await rm(archive);
}

/** The series that its expression in docs/swarm.md gives, by their labels. */
export async function documentedQuery(manager: Node): Promise<readonly Record<string, string>[]> {
  const docs = await readFile(join(PROJECT, 'docs/swarm.md'), 'utf8');
  const expression = /^sum by \(owner, name\)[^`]*/m.exec(docs)?.[0] ?? '';
  return query(manager, expression);
}

/** The labels of each series that an expression gives now. */
export async function query(
  manager: Node,
  expression: string,
): Promise<readonly Record<string, string>[]> {
  const url = `http://${manager.address}:${PORT}/api/v1/query?query=${encodeURIComponent(expression)}`;
  const answer = (await (await fetch(url)).json()) as {
    readonly data: { readonly result: readonly { readonly metric: Record<string, string> }[] };
  };
  return answer.data.result.map(({ metric }) => metric);
}
