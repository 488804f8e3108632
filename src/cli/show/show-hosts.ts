import type { DockerHostView } from '../../explain/hosts.ts';
import type { LeaseState } from '../../model/lease.ts';
import { type Row, renderTable } from './table.ts';
import type { Terminal, Tone } from './terminal.ts';
import { durationText, plain } from './words.ts';

const TONES: Readonly<Record<LeaseState, Tone>> = {
  live: 'good',
  lapsed: 'bad',
  unknown: 'warning',
};

/** Every owner, a row each: `autodock hosts`. */
export function showHosts(hosts: readonly DockerHostView[], terminal: Terminal): string {
  if (hosts.length === 0) return 'No controller has passed on this Redis.';
  const titles = ['HOST', 'STATE', 'LAST SIGN', 'LEASE', 'ROUTES', 'ADDRESS', 'VERSION', 'OWNER'];
  return renderTable(titles, hosts.map(rowOf(terminal)), terminal);
}

function rowOf({ paint }: Terminal): (host: DockerHostView) => Row {
  return ({ owner, name, state, lastSignAgoMs, leaseMs, address, version, isSelf, ...counts }) => [
    `${plain(name ?? '-')}${isSelf ? ' (this)' : ''}`,
    paint(TONES[state], state),
    lastSignAgoMs === null ? 'not known' : `${durationText(lastSignAgoMs)} ago`,
    leaseMs === null ? 'none' : durationText(leaseMs),
    counts.suspended === 0
      ? String(counts.routes)
      : `${counts.routes}, ${counts.suspended} suspended`,
    plain(address ?? '-'),
    plain(version ?? '-'),
    plain(owner),
  ];
}
