import { ObserveError } from '../../errors.ts';
import type { Engine } from '../../model/container.ts';
import { type Epoch, type Owner, parseEpoch } from '../../model/ids.ts';

/** Another controller on this Redis. */
export interface OtherOwner {
  readonly owner: Owner;
  /** Milliseconds, Redis' clock. */
  readonly lastPassAt: number;
}

/** Another engine passed under this owner a moment ago; nothing was written. */
export interface ContestedPass {
  readonly kind: 'contested';
  readonly engine: Engine;
  readonly agoMs: number;
}

/** What `open.lua` tells when it raised the epoch. */
export interface Opening {
  readonly kind: 'opened';
  readonly epoch: Epoch;
  /** Milliseconds, Redis' clock. */
  readonly now: number;
  readonly ownClaims: number;
  readonly otherOwners: readonly OtherOwner[];
}

/** @throws ObserveError if this is no reply of `open.lua` */
export function parseOpening(reply: unknown, owner: Owner): Opening | ContestedPass {
  const [kind, ...fields] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  if (kind === 'contested') {
    const [engine, agoMs] = fields;
    return { kind, engine: parseEngine(engine), agoMs: Number(agoMs) };
  }
  const [epoch, now, ownClaims, scores] = fields;
  const parsed = parseEpoch(epoch);
  if (kind !== 'opened' || parsed === null) {
    throw new ObserveError('redis-malformed', 'Redis: the reply to the opening makes no sense');
  }
  const otherOwners = parseOtherOwners(scores, owner);
  return { kind, epoch: parsed, now: Number(now), ownClaims: Number(ownClaims), otherOwners };
}

/** The last millisecond that a Date can show. */
const LATEST_TIME = 8.64e15;

/** Reads a ZRANGE WITHSCORES of autodock:owners, without `owner`. */
export function parseOtherOwners(scores: unknown, owner: Owner | null): readonly OtherOwner[] {
  const flat: readonly unknown[] = Array.isArray(scores) ? scores : [];
  const owners: OtherOwner[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const name = String(flat[i]) as Owner;
    const lastPassAt = Number(flat[i + 1]);
    // A score that is no time was not written by a pass.
    const isTime = lastPassAt >= 0 && lastPassAt <= LATEST_TIME;
    if (name !== owner) owners.push({ owner: name, lastPassAt: isTime ? lastPassAt : 0 });
  }
  return owners;
}

/** What apply and read compare and show; written once by each pass whose engine is another. */
export function writeEngine({ id, name }: Engine): string {
  return JSON.stringify({ id, name });
}

/** The script has made sure that it is JSON with an id. */
function parseEngine(text: unknown): Engine {
  const { id, name } = JSON.parse(String(text)) as { readonly [member: string]: unknown };
  return { id: String(id), name: String(name ?? '') };
}
