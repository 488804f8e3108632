import { expect } from 'vitest';
import { type Front, request } from './front.ts';
import { waitFor } from './wait-for.ts';

/**
 * The sample `autodock_front_<name>` of a front's metrics, labels included in the name.
 *
 * @throws Error if there is none
 */
export async function frontSample(front: Front, name: string): Promise<number> {
  const { body } = await request(front.statusPort, 'localhost', '/metrics');
  const start = `autodock_front_${name} `;
  const line = body.split('\n').find((one) => one.startsWith(start));
  if (line === undefined) throw new Error(`there is no ${start}`);
  return Number(line.slice(start.length));
}

/** Waits until so many requests wait for a backend. */
export function becomeWaiting(front: Front, count: number): Promise<void> {
  return waitFor(`${count} requests to wait`, async () => {
    expect(await frontSample(front, 'waiting')).toBe(count);
  });
}
