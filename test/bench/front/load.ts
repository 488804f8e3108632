import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { processorMs } from '../process-cost.ts';
import type { Subject } from './subjects.ts';

/** What one run of load came to. */
export interface Run {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Processor time of the proxy and its Redis for one request, in microseconds. */
  readonly microseconds: number;
  /** Answers other than 2xx, and connections that failed. */
  readonly failed: number;
}

/** How a subject is loaded. */
export interface Scenario {
  /** Hosts that are asked in turn; the first so many. */
  readonly hosts: number;
  readonly connections: number;
}

/** A process and all of its descendants. */
export function processTree(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const own = children === '' ? [] : children.split(' ').map(Number);
  return [pid, ...own.flatMap((child) => processTree(child))];
}

/** Loads a subject with wrk for some seconds. */
export async function load(
  { url, pids }: Subject,
  hosts: readonly string[],
  { hosts: count, connections }: Scenario,
  seconds: number,
): Promise<Run> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-wrk-'));
  const script = join(dir, 'hosts.lua');
  await writeFile(script, rotation(hosts.slice(0, count)));
  const processes = pids.flatMap((pid) => processTree(pid));
  const spent = () => processes.reduce((sum, pid) => sum + processorMs(pid), 0);
  const before = spent();
  const { stdout } = await promisify(execFile)('wrk', [
    ...['-t', '2', '-c', String(connections), '-d', `${seconds}s`, '--latency', '-s', script, url],
  ]);
  const used = spent() - before;
  await rm(dir, { recursive: true });
  const { requests, perSecond, p99Us, failed } = JSON.parse(
    stdout.slice(stdout.lastIndexOf('{')),
  ) as { requests: number; perSecond: number; p99Us: number; failed: number };
  return { perSecond, p99Ms: p99Us / 1000, microseconds: (used * 1000) / requests, failed };
}

/** Requests made beforehand, so that wrk itself takes little. Each thread begins at another host. */
function rotation(hosts: readonly string[]): string {
  return `local hosts = { ${hosts.map((host) => `"${host}"`).join(', ')} }
local requests, at, threads = {}, 0, 0
function setup(thread)
  thread:set('start', threads * math.floor(#hosts / 2))
  threads = threads + 1
end
function init()
  for i, host in ipairs(hosts) do requests[i] = wrk.format('GET', '/', { Host = host }) end
  at = start
end
function request()
  at = at % #hosts + 1
  return requests[at]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"perSecond":%f,"p99Us":%f,"failed":%d}\\n',
    summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`;
}
