import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ObserveError } from '../../../dist/errors.js';
import { parseWorkloadId } from '../../../dist/model/ids.js';

/**
 * A source of workloads as somebody else might write one: a file with routes, `[{"name", "host", "address",
 * "port", "paused"}]`. It knows nothing of containers, and nothing else of this program knows of it.
 *
 * @param {string} path
 * @returns {import('../../../dist/observe/workloads.js').MakeSource}
 */
export function routesIn(path) {
  return () => {
    let lastText = '';
    let last = [];
    return {
      async observe() {
        try {
          const text = await readFile(path, 'utf8');
          if (text !== lastText) last = JSON.parse(text).map(workloadOf);
          lastText = text;
          return last;
        } catch (cause) {
          throw new ObserveError('source-unreadable', `Routes: ${cause.message}`, { cause });
        }
      },
    };
  };
}

/** @returns {import('../../../dist/model/workload.js').PlacedWorkload} */
function workloadOf({ name, host, address, port, paused = false }) {
  return {
    kind: 'known',
    id: parseWorkloadId(createHash('sha256').update(name).digest('hex')),
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
