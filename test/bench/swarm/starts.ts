import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Node } from '../../parts/swarm.ts';
import { waitUntil } from '../../parts/wait-for.ts';
import { distribution, quantile } from '../table.ts';
import { castOf } from './cast.ts';
import type { Ground } from './ground.ts';
import type { Rival } from './traefik.ts';

/** How this measure is called. */
export const STARTS = 'service create to the first 200, from the start event of its task';
const AIM_MS = 60;
const EVERY_MS = 3;

/** A row of the table: services of one task each, one after the other, through the front of another node. */
export async function measureStarts(
  ground: Ground,
  times: number,
  rival: Rival | null,
): Promise<readonly string[]> {
  const took: number[] = [];
  const { asked } = await castOf(ground, 'any');
  for (let time = 0; time < times; time += 1) {
    took.push(
      await startOne(ground, asked, {
        service: `${rival?.name.toLowerCase() ?? ''}one${time}`,
        rival,
      }),
    );
  }
  const isMet = quantile(took, 0.5) <= AIM_MS;
  return [
    rival === null ? STARTS : `${STARTS}: ${rival.name}`,
    `median at most ${AIM_MS} ms`,
    isMet ? 'yes' : 'no',
    '',
    '',
    '',
    distribution(took),
    '',
  ];
}

interface OneStart {
  readonly service: string;
  readonly rival: Rival | null;
}

async function startOne(
  { nodes, image }: Ground,
  asked: Node,
  { service, rival }: OneStart,
): Promise<number> {
  const [host, since] = [`${service}.local`, Math.floor(Date.now() / 1000)];
  await asked.docker(
    ...[
      'service',
      'create',
      '-d',
      '--no-resolve-image',
      '--name',
      service,
      '--network',
      'autodock',
    ],
    ...['--constraint', `node.id != ${asked.id}`, '-e', `VIRTUALHOST=${host}`],
    ...[...(rival?.options(host) ?? []), image],
  );
  try {
    await waitUntil(
      `200 for ${host}`,
      async () => (await ask(asked.address, host, rival?.port)).status === 200,
      { everyMs: EVERY_MS },
    );
    const answeredAt = Date.now();
    await sleep(1_000); // an event of a moment ago may not be told yet
    const starts = await Promise.all(nodes.map((node) => startsOf(node, service, since)));
    return answeredAt - Math.min(...starts.flat());
  } finally {
    await asked.docker('service', 'rm', service);
  }
}

/** When a node's engine told that a container of a service began, milliseconds since 1970. */
async function startsOf(node: Node, service: string, since: number): Promise<readonly number[]> {
  const told = await node.docker(
    ...['events', '--since', String(since), '--until', String(Math.floor(Date.now() / 1000))],
    ...['--filter', 'event=start', '--filter', `label=com.docker.swarm.service.name=${service}`],
    ...['--format', '{{.TimeNano}}'],
  );
  return told
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number(line) / 1e6);
}
