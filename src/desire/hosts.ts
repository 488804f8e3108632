import { escapeText } from '../model/escape.ts';
import type { Rejection } from '../model/frontend.ts';
import type { Vhost } from '../model/ids.ts';
import { readVhost } from '../model/vhost.ts';
import type { RouteRequest } from './requests.ts';

/** More vhosts of one container are not routed. */
const VHOSTS_PER_CONTAINER = 100;

/** The hosts of all requests of one container, read. */
export interface Hosts {
  /** The valid vhosts of each request, each once within it; at most 100 different ones in all. */
  readonly byRequest: ReadonlyMap<RouteRequest, readonly Vhost[]>;
  /** The first valid vhost. */
  readonly primary: Vhost | null;
  readonly rejections: readonly Rejection[];
}

/** Reads every host on its own: a bad one is a rejection of that one alone. */
export function readHosts(requests: readonly RouteRequest[]): Hosts {
  const byRequest = new Map<RouteRequest, readonly Vhost[]>();
  const all = new Set<Vhost>();
  const rejections: Rejection[] = [];
  const beyondLimit = new Set<Vhost>();
  for (const request of requests) {
    const vhosts = new Set<Vhost>();
    for (const text of request.hosts) {
      const reading = readVhost(text);
      if (reading.kind === 'bad') {
        rejections.push(badVhost(text, reading));
      } else if (all.has(reading.vhost) || all.size < VHOSTS_PER_CONTAINER) {
        all.add(reading.vhost);
        vhosts.add(reading.vhost);
      } else {
        beyondLimit.add(reading.vhost);
      }
    }
    byRequest.set(request, Array.from(vhosts));
  }
  if (beyondLimit.size > 0) {
    rejections.push(tooMany(beyondLimit.size));
  }
  const [primary = null] = all;
  return { byRequest, primary, rejections };
}

function badVhost(text: string, fault: { problem: string; remedy: string }): Rejection {
  const shown = escapeText(text);
  const detail = `The vhost "${shown}" ${fault.problem}.`;
  return { reason: 'bad-vhost', vhost: shown, detail, remedy: fault.remedy };
}

function tooMany(beyondLimit: number): Rejection {
  return {
    reason: 'limit',
    vhost: null,
    detail: `The container asks for ${VHOSTS_PER_CONTAINER + beyondLimit} vhosts; the last ${beyondLimit} are not routed.`,
    remedy: `Ask for at most ${VHOSTS_PER_CONTAINER}, or for a wildcard such as *.example.com.`,
  };
}
