// Loaded into the controller by NODE_OPTIONS=--import: on SIGUSR2 it collects garbage and says, as a line of the
// log, what the process holds. (--expose-gc is not a flag that NODE_OPTIONS may carry.)
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('SIGUSR2', () => void tell());

async function tell() {
  // What ends in the next turns of the loop is no longer held.
  for (let turn = 0; turn < 3; turn += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, rss } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo().sort();
  process.stderr.write(`${JSON.stringify({ probe: { heapUsed, rss, resources } })}\n`);
}
