import type { ObservedContainer } from '../model/container.ts';
import { escapeText } from '../model/escape.ts';
import type { Claim, Route } from '../model/frontend.ts';
import { type BackendUrl, type ShortId, shortId } from '../model/ids.ts';
import { parseVhost } from '../model/vhost.ts';
import { type Ask, backendOf, type Judgement } from './ask.ts';
import type { Keep } from './keep.ts';

/** An owner's claims, vhost by vhost. A Map is one. */
export type Claims = Iterable<readonly [vhost: string, claim: Claim]>;

/** A container that cannot be judged for now. */
export interface Unjudged {
  readonly container: ObservedContainer;
  /** What is missing, in words. */
  readonly why: string;
  readonly keep: Keep;
}

/**
 * What unknown containers keep: the backends claimed in their id (all copies) that they still have, and
 * nothing else. One walk over the claims for all of them.
 */
export function keepClaimed(unjudged: readonly Unjudged[], claimed: Claims): readonly Judgement[] {
  const kept = new Map<ShortId, Kept>();
  for (const { container, keep } of unjudged) {
    kept.set(shortId(container.id), { keep, asks: [], routes: [] });
  }
  for (const [vhost, claim] of unjudged.length === 0 ? [] : claimed) {
    for (const [url, ids] of claim.backends) {
      for (const id of new Set(ids)) {
        const copies = ids.filter((one) => one === id).length;
        keepBackend(kept.get(id as ShortId), { vhost, url, weight: copies }, id as ShortId);
      }
    }
  }
  return unjudged.map((one) => judgementOf(one, kept.get(shortId(one.container.id))));
}

interface Kept {
  readonly keep: Keep;
  readonly asks: Ask[];
  readonly routes: Route[];
}

interface Claimed {
  readonly vhost: string;
  readonly url: string;
  readonly weight: number;
}

function keepBackend(kept: Kept | undefined, claimed: Claimed, id: ShortId): void {
  const vhost = parseVhost(claimed.vhost);
  const url = parseBackendUrl(claimed.url);
  const isOurs = vhost !== null && vhost === claimed.vhost && url !== null;
  if (kept === undefined || !isOurs || kept.keep.kind === 'nothing') {
    return;
  }
  if (kept.keep.kind === 'hold') {
    kept.asks.push({ vhost, backend: null });
  } else if (kept.keep.kind === 'all' || kept.keep.stillHas(url)) {
    const route = { vhost, url, weight: claimed.weight };
    kept.routes.push(route);
    kept.asks.push({ vhost, backend: backendOf(id, route) });
  }
}

/** A claim is text from Redis: only what we could have written ourselves is kept. */
function parseBackendUrl(text: string): BackendUrl | null {
  return /^http:\/\/(?:\[[0-9a-fA-F:.]+\]|[0-9A-Za-z._-]+):[1-9]\d{0,4}$/.test(text)
    ? (text as BackendUrl)
    : null;
}

function judgementOf({ container, why }: Unjudged, kept: Kept | undefined): Judgement {
  const { id, name } = container;
  const routes = kept?.routes ?? [];
  return {
    id,
    createdAt: container.kind === 'unreadable' ? 0 : container.createdAt,
    primary: null,
    asks: kept?.asks ?? [],
    verdict: {
      id,
      name,
      verdict: 'unknown',
      routes,
      rejections: [
        {
          reason: 'unreadable',
          vhost: null,
          detail: `${escapeText(why)}; what is claimed for the container stays meanwhile.`,
          remedy: `It is read again by itself; see whether the engine answers: docker inspect ${shortId(id)}`,
        },
      ],
      hints: [],
    },
  };
}
