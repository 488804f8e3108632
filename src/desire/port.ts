import { escapeText } from '../model/escape.ts';
import { HIGHEST_PORT, parsePort } from '../model/port.ts';
import type { KnownWorkload } from '../model/workload.ts';
import { type Grounds, listInWords } from './grounds.ts';
import { remediesFor } from './remedies.ts';
import type { RouteRequest } from './requests.ts';
import type { NamedValue } from './written.ts';

/** The port of the workload that a request is about, or why there is none. */
export type PortChoice =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'rejected'; readonly grounds: Grounds };

/** What the choice rests on. */
interface Offer extends Pick<KnownWorkload, 'exposedPorts' | 'noun' | 'labels'> {
  /** Whose network it shares; null: it has one of its own. */
  readonly holder: Pick<KnownWorkload, 'exposedPorts' | 'name'> | null;
}

const DEFAULT_PORT = 80;
/** As many ports are named once more where one of them has to be chosen. */
const MOST_NAMED = 3;

/**
 * The port that is asked for, strictly decimal; else 80; else the only TCP port that is exposed. In
 * each case one that the workload exposes: anything else is more often a slip than a wish. Whoever shares a network
 * cannot expose ports but by its image: those of the holder count as well, after its own.
 */
export function choosePort(request: RouteRequest, workload: Offer): PortChoice {
  if (request.port !== null) {
    return chooseAsked(request.port, workload);
  }
  const all = exposedBy(workload);
  const port = usual(workload.exposedPorts) ?? usual(all);
  if (port !== null) {
    return { kind: 'port', port };
  }
  const holder = workload.holder?.name ?? null;
  return all.length === 0
    ? rejected('port-not-exposed', {
        detail: `Port ${DEFAULT_PORT} is not exposed; exposed TCP ports: none.`,
        remedy: `${remediesFor(workload).expose(DEFAULT_PORT, holder)}, or expose the port that the application listens on.`,
      })
    : rejected('port-not-exposed', {
        detail: `${request.portName} is ${request.isPortEmpty ? 'set and empty' : 'not set'} and port ${DEFAULT_PORT} is not exposed; exposed TCP ports: ${listInWords(all)}.`,
        remedy: `Set ${request.portName} to ${oneOf(all)}.`,
      });
}

/** 80, or the only one. */
function usual(exposed: readonly number[]): number | null {
  const [only = null, ...others] = exposed;
  if (exposed.includes(DEFAULT_PORT)) {
    return DEFAULT_PORT;
  }
  return others.length === 0 ? only : null;
}

/** Its own, and those of the one whose network it shares, ascending. */
function exposedBy({ exposedPorts, holder }: Offer): readonly number[] {
  if (holder === null) {
    return exposedPorts;
  }
  return [...new Set([...exposedPorts, ...holder.exposedPorts])].sort((a, b) => a - b);
}

function chooseAsked({ from, value }: NamedValue, workload: Offer): PortChoice {
  const exposed = exposedBy(workload);
  const port = parsePort(value);
  if (port === null) {
    return rejected('bad-port', {
      detail: `${from}="${escapeText(value)}" is not a port.`,
      remedy: `Write a decimal number from 1 to ${HIGHEST_PORT} and nothing else, e.g. ${from}=8080.`,
    });
  }
  if (exposed.includes(port)) {
    return { kind: 'port', port };
  }
  const others = exposed.length === 0 ? '' : `, or set ${from} to ${oneOf(exposed)}`;
  const holder = workload.holder?.name ?? null;
  return rejected('port-not-exposed', {
    detail: `${from}=${port} is not exposed; exposed TCP ports: ${listInWords(exposed)}.`,
    remedy: `${remediesFor(workload).expose(port, holder)}${others}.`,
  });
}

/** What a port may be set to, in words that stand by themselves. */
function oneOf(ports: readonly number[]): string {
  if (ports.length > MOST_NAMED) return 'one of them';
  return ports.join(', ').replace(/, (\d+)$/, ' or $1');
}

function rejected(reason: Grounds['reason'], words: Omit<Grounds, 'reason'>): PortChoice {
  return { kind: 'rejected', grounds: { reason, ...words } };
}
