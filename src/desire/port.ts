import { escapeText } from '../model/escape.ts';
import { HIGHEST_PORT, parsePort } from '../model/port.ts';
import type { KnownWorkload } from '../model/workload.ts';
import { type Grounds, listInWords } from './grounds.ts';
import { remediesFor } from './remedies.ts';
import type { RouteRequest } from './requests.ts';
import type { Setting } from './written.ts';

/** The port of the workload that a request is about, or why there is none. */
export type PortChoice =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'rejected'; readonly grounds: Grounds };

/** What the choice rests on. */
type Offer = Pick<KnownWorkload, 'exposedPorts' | 'noun'>;

const DEFAULT_PORT = 80;

/**
 * The port that is asked for, strictly decimal; else 80; else the only TCP port that is exposed. In
 * each case one that the workload exposes: anything else is more often a slip than a wish.
 */
export function choosePort(request: RouteRequest, workload: Offer): PortChoice {
  const { exposedPorts: exposed, noun } = workload;
  if (request.port !== null) {
    return chooseAsked(request.port, workload);
  }
  const [only, ...others] = exposed;
  if (exposed.includes(DEFAULT_PORT)) {
    return { kind: 'port', port: DEFAULT_PORT };
  }
  if (only === undefined) {
    return rejected('port-not-exposed', {
      detail: `Port ${DEFAULT_PORT} is not exposed; exposed TCP ports: none.`,
      remedy: `${remediesFor(noun).expose(DEFAULT_PORT)}, or expose the port that the application listens on.`,
    });
  }
  return others.length === 0
    ? { kind: 'port', port: only }
    : rejected('port-not-exposed', {
        detail: `${request.portName} is ${request.isPortEmpty ? 'set and empty' : 'not set'} and port ${DEFAULT_PORT} is not exposed; exposed TCP ports: ${listInWords(exposed)}.`,
        remedy: `Set ${request.portName} to one of them.`,
      });
}

function chooseAsked({ from, value }: Setting, { exposedPorts: exposed, noun }: Offer): PortChoice {
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
  const others = exposed.length === 0 ? '' : `, or set ${from} to one of them`;
  return rejected('port-not-exposed', {
    detail: `${from}=${port} is not exposed; exposed TCP ports: ${listInWords(exposed)}.`,
    remedy: `${remediesFor(noun).expose(port)}${others}.`,
  });
}

function rejected(reason: Grounds['reason'], words: Omit<Grounds, 'reason'>): PortChoice {
  return { kind: 'rejected', grounds: { reason, ...words } };
}
