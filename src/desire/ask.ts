import type { DesiredBackend, Rejection, Route, WorkloadVerdict } from '../model/frontend.ts';
import type { ShortId, Vhost, WorkloadId } from '../model/ids.ts';
import type { Options } from '../model/options.ts';
import type { Service } from './services.ts';
import type { Version } from './versions.ts';

/** One vhost that a workload asks for: where to, or null while it cannot be routed for the moment. */
export interface Ask {
  readonly vhost: Vhost;
  readonly backend: DesiredBackend | null;
  /** What it asks of fronts for the vhost; null: that is not known for now. */
  readonly options: Options | null;
}

/** What one workload asks for and what was decided about it; the vhosts are grouped later. */
export interface Judgement {
  readonly id: WorkloadId;
  /** Seconds since 1970; 0 if the line could not be read. */
  readonly createdAt: number;
  /** The first vhost it asks for, or null. */
  readonly primary: Vhost | null;
  readonly asks: readonly Ask[];
  /** null: Compose did not make it. */
  readonly service: Service | null;
  /** null: it is not known. */
  readonly version: Version | null;
  readonly verdict: WorkloadVerdict;
}

/** An ask and whose it is. */
export interface Petition {
  readonly judgement: Judgement;
  readonly ask: Ask;
}

/** A backend that stands `weight` times for one workload. */
export function backendOf(id: ShortId, route: Pick<Route, 'url' | 'weight'>): DesiredBackend {
  return { url: route.url, ids: new Array<ShortId>(route.weight).fill(id) };
}

/** `routed` if any vhost is, else what the first rejection says, else `silent`. */
export function verdictOf(
  routes: readonly Route[],
  rejections: readonly Rejection[],
): WorkloadVerdict['verdict'] {
  if (routes.length > 0) return 'routed';
  const reason = rejections[0]?.reason ?? 'silent';
  if (reason === 'conflict') return 'routed'; // nobody else is told of one
  return reason === 'unreadable' ? 'unknown' : reason;
}
