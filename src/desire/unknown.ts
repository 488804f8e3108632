import { escapeText } from '../model/escape.ts';
import type { Claim, Route } from '../model/frontend.ts';
import { type BackendUrl, type ShortId, shortId } from '../model/ids.ts';
import { parseVhost } from '../model/vhost.ts';
import type { Workload } from '../model/workload.ts';
import { type Ask, backendOf, type Judgement } from './ask.ts';
import type { Keep } from './keep.ts';
import { remediesFor } from './remedies.ts';
import { serviceOf } from './services.ts';
import type { Version } from './versions.ts';

/** An owner's claims, vhost by vhost. A Map is one. They may be walked more than once. */
export type Claims = Iterable<readonly [vhost: string, claim: Claim]>;

/** A workload that cannot be judged for now. */
export interface Unjudged {
  readonly workload: Workload;
  /** What is missing, in words. */
  readonly why: string;
  readonly keep: Keep;
  /** null: it is not known. */
  readonly version: Version | null;
}

/**
 * What unknown workloads keep: the backends claimed in their id (all copies) that they still have. And no vhost that
 * is held is let go while one of them may be asking for it: who holds it is not written anywhere. One walk over the
 * claims for all of them.
 */
export function keepClaimed(unjudged: readonly Unjudged[], claimed: Claims): readonly Judgement[] {
  const keepers = new Map<string, Keeper>();
  for (const { workload, keep } of unjudged) {
    const id = shortId(workload.id);
    keepers.set(id, { id, keep, asks: [], routes: [] });
  }
  const holder = [...keepers.values()].find(({ keep }) => keep.kind !== 'nothing');
  for (const [vhost, claim] of unjudged.length === 0 ? [] : claimed) {
    if (claim.heldSince !== null) keepHold(holder, vhost);
    for (const [url, ids] of claim.backends) {
      for (const id of new Set(ids)) {
        const weight = ids.filter((one) => one === id).length;
        keepBackend(keepers.get(id), { vhost, url, weight });
      }
    }
  }
  return unjudged.map((one) => judgementOf(one, keepers.get(shortId(one.workload.id))));
}

/** An unknown workload, and what it keeps so far. */
interface Keeper {
  readonly id: ShortId;
  readonly keep: Keep;
  readonly asks: Ask[];
  readonly routes: Route[];
}

/** The copies of one URL that are claimed in one id. */
interface ClaimedBackend {
  readonly vhost: string;
  readonly url: string;
  readonly weight: number;
}

function keepHold(keeper: Keeper | undefined, claimed: string): void {
  const vhost = parseVhost(claimed);
  if (vhost !== null && vhost === claimed) {
    keeper?.asks.push({ vhost, backend: null, options: null });
  }
}

function keepBackend(keeper: Keeper | undefined, claimed: ClaimedBackend): void {
  if (keeper === undefined || keeper.keep.kind === 'nothing') {
    return;
  }
  const vhost = parseVhost(claimed.vhost);
  const url = parseBackendUrl(claimed.url);
  if (vhost === null || vhost !== claimed.vhost || url === null) {
    return;
  }
  if (keeper.keep.kind === 'hold') {
    keeper.asks.push({ vhost, backend: null, options: null });
  } else if (keeper.keep.kind === 'all' || keeper.keep.stillHas(url)) {
    const route = { vhost, url, weight: claimed.weight };
    keeper.routes.push(route);
    keeper.asks.push({ vhost, backend: backendOf(keeper.id, route), options: null });
  }
}

/** A claim is text from Redis: only what we could have written ourselves is kept. */
function parseBackendUrl(text: string): BackendUrl | null {
  return /^https?:\/\/(?:\[[0-9a-fA-F:.]+\]|[0-9A-Za-z._-]+):[1-9]\d{0,4}$/.test(text)
    ? (text as BackendUrl)
    : null;
}

function judgementOf(unjudged: Unjudged, keeper: Keeper | undefined): Judgement {
  const { workload, why, keep, version } = unjudged;
  const { id, noun, name } = workload;
  const meanwhile =
    keep.kind === 'hold'
      ? 'its hosts are held meanwhile'
      : `what is claimed for the ${noun} stays meanwhile`;
  const routes = keeper?.routes ?? [];
  return {
    id,
    createdAt: workload.kind === 'unreadable' ? 0 : workload.createdAt,
    primary: null,
    asks: keeper?.asks ?? [],
    service: workload.kind === 'unreadable' ? null : serviceOf(workload.labels),
    version,
    verdict: {
      id,
      noun,
      name,
      verdict: 'unknown',
      routes,
      rejections: [
        {
          reason: 'unreadable',
          vhost: null,
          detail: `${escapeText(why)}; ${meanwhile}.`,
          remedy: `It is read again by itself; see whether the engine answers: ${remediesFor({ noun }).look(shortId(id))}`,
        },
      ],
      hints: [],
    },
  };
}
