import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { messageOf, ObserveError } from '../../../src/errors.ts';
import { parseWorkloadId } from '../../../src/model/ids.ts';
import type { PlacedWorkload } from '../../../src/model/workload.ts';
import type { MakeSource } from '../../../src/observe/workloads.ts';

/** One route of a file. */
export interface Entry {
  readonly name: string;
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly paused?: boolean;
}

/**
 * A source of workloads as somebody else might write one: a file with routes. It knows nothing of containers, and
 * nothing else of this program knows of it.
 */
export function routesIn(path: string): MakeSource {
  return () => {
    let lastText = '';
    let last: readonly PlacedWorkload[] = [];
    return {
      async observe() {
        try {
          const text = await readFile(path, 'utf8');
          if (text !== lastText) last = (JSON.parse(text) as readonly Entry[]).map(workloadOf);
          lastText = text;
          return last;
        } catch (cause) {
          throw new ObserveError('source-unreadable', `Routes: ${messageOf(cause)}`, { cause });
        }
      },
    };
  };
}

function workloadOf({ name, host, address, port, paused = false }: Entry): PlacedWorkload {
  const id = parseWorkloadId(createHash('sha256').update(name).digest('hex'));
  if (id === null) throw new Error(`${name} gives no id`);
  return {
    kind: 'known',
    id,
    noun: 'entry',
    name,
    createdAt: 0,
    state: paused ? 'paused' : 'running',
    health: 'none',
    labels: new Map([['autodock.host', host]]),
    env: new Map(),
    exposedPorts: [port],
    reach: 'address',
    address,
  };
}
