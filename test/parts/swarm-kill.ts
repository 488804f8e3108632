import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Node } from './swarm.ts';

/** When a node's engine tells a container of this service to end next, milliseconds. */
export async function nextKill(
  { engine }: Node,
  service: string,
): Promise<{ readonly at: Promise<number> }> {
  const label = [`com.docker.swarm.service.name=${service}`];
  const filters = JSON.stringify({ type: ['container'], event: ['kill'], label });
  const stream = (await engine.getEvents({ filters })) as Readable;
  const at = once(stream, 'data').then(([chunk]) => {
    stream.destroy();
    const { timeNano } = JSON.parse(String(chunk)) as { timeNano: number };
    return timeNano / 1e6;
  });
  return { at };
}
