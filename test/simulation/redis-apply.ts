import { OUT_OF_MEMORY } from '../../src/clients/redis-reply.ts';
import { parseClaim } from '../../src/model/claim-text.ts';
import type { BackendUrl, Owner, ShortId } from '../../src/model/ids.ts';
import type { FrontendWrite } from '../../src/model/plan.ts';
import { type ModelApply, type ModelResult, NOW } from '../laws/model.ts';
import { copyOf, type World, WRONG } from '../laws/world.ts';
import type { CommandContext } from './redis-commands.ts';

/** What apply.lua does; the model of the law tests, or one with a fault. */
export type Script = (world: World, input: ModelApply) => ModelResult;

/** Leaves an apply half done: `after` is what it would have come to. Changes the world. */
export type Tear = (world: World, after: World, input: ModelApply) => void;

/** The order of the script: claims that grow, lists and marks, claims that shrink. Here half of the lists. */
export const tearInOrder: Tear = (world, after, { owner, writes }) => {
  const fields = new Map(fieldsIn(world, owner));
  for (const { vhost } of writes) {
    const both = bothClaims(fields.get(vhost), fieldsIn(after, owner).get(vhost));
    if (both !== undefined) fields.set(vhost, both);
  }
  if (fields.size > 0) world.claims.set(owner, fields);
  for (const { vhost } of writes.slice(0, writes.length / 2)) takeOver(world, after, vhost);
};

/** One write as it is sent. */
interface Sent {
  readonly v: string;
  readonly id: string;
  readonly urls: readonly string[];
  readonly copies: readonly number[];
  readonly claim: string;
  readonly asked: boolean;
  readonly opts?: string;
}

/** The command `autodockApply`. */
export function runApply(context: CommandContext, words: readonly string[]): unknown {
  const { world, engines, script, process, watch } = context;
  const [, , , , owner = '', fence = '', holdMs, , , mode, json = '[]'] = words;
  const [score = '', nonce] = fence.split('/');
  const sign = JSON.parse(engines.get(owner) ?? '{}') as { readonly nonce?: string };
  // Without what is random in a nonce: the same seed gives the same run.
  const epoch = sign.nonce === nonce ? score : `${score} overtaken`;
  const writes = (JSON.parse(json) as readonly Sent[]).map(writeOf);
  const input: ModelApply = {
    ...{ owner: owner as Owner, epoch, holdMs: Number(holdMs), now: context.now, writes },
    removalsOnly: mode === 'removals',
  };
  const before = copyOf(world);
  if (context.tear !== null) {
    const after = copyOf(world);
    if (script(after, input).kind === 'fenced') return ['fenced'];
    settleTime(after, input);
    context.tear(world, after, input);
    return new Error('read ECONNRESET');
  }
  if (context.isFull && mode === 'all' && isRefused(before, input, script)) return OUT_OF_MEMORY;
  const result =
    process.isOlder === true ? withoutIndex(world, input, script) : script(world, input);
  settleTime(world, input);
  watch.applied({ process, run: context.run, input, result, before, after: world });
  if (result.kind === 'fenced') return ['fenced'];
  const lacking = mode === 'removals' && writes.some(({ backends }) => backends.length > 0) ? 1 : 0;
  const kinds = result.kinds.map((kind) => (kind === 'fault' ? ['key', 'problem'] : kind));
  return ['applied', result.marksMoved, lacking, ...kinds];
}

function writeOf({ v, id, urls, claim, asked, opts }: Sent): FrontendWrite {
  const parsed = claim === '' ? null : parseClaim(claim);
  const claimed = parsed === null || parsed === 'malformed' ? new Map() : parsed.backends;
  const backends = urls.map((url) => ({
    url: url as BackendUrl,
    ids: (claimed.get(url) ?? []) as readonly ShortId[],
  }));
  const write = { vhost: v, identifier: id, backends, asked };
  return opts === undefined ? write : { ...write, options: opts };
}

/** What a version does that knows neither of the index nor of options. */
function withoutIndex(world: World, input: ModelApply, script: Script): ModelResult {
  const kept = structuredClone([world.told, world.options] as const);
  const writes = input.writes.map(({ options: _, ...write }) => write);
  const result = script(world, { ...input, writes });
  const [told, options] = kept;
  world.told.clear();
  for (const [vhost, members] of told) world.told.set(vhost, members);
  world.options.clear();
  for (const [vhost, texts] of options) world.options.set(vhost, texts);
  return result;
}

/** Where the model says "now", the script writes the time. */
function settleTime(world: World, { owner, now, writes }: ModelApply): void {
  const fields = world.claims.get(owner);
  if (fields === undefined || fields === WRONG) return;
  for (const { vhost } of writes) {
    if (fields.get(vhost) === NOW) fields.set(vhost, JSON.stringify({ held: now }));
  }
}

/** Whether the first command of the script that writes is one that grows. */
function isRefused(before: World, input: ModelApply, script: Script): boolean {
  const after = copyOf(before);
  if (script(after, input).kind === 'fenced') return false;
  const [was, is] = [fieldsIn(before, input.owner), fieldsIn(after, input.owner)];
  if (input.writes.some(({ vhost }) => grows(was.get(vhost), is.get(vhost)))) return true;
  for (const { vhost } of input.writes) {
    const [old, now] = [before.lists.get(vhost) ?? [], after.lists.get(vhost) ?? []];
    if (old !== now && old.length <= now.length && JSON.stringify(old) !== JSON.stringify(now)) {
      return true;
    }
    if (old.length > now.length) return false;
  }
  return input.writes.some(({ vhost }) => is.has(vhost) && is.get(vhost) !== was.get(vhost));
}

function grows(was: string | undefined, is: string | undefined): boolean {
  if (is === undefined || is === was) return false;
  const [old, now] = [parseClaim(was ?? '{}'), parseClaim(is)];
  if (old === 'malformed') return false;
  if (now === 'malformed') return is === NOW && old.backends.size === 0;
  const gains = [...now.backends].some(
    ([url, ids]) => ids.length > (old.backends.get(url)?.length ?? 0),
  );
  return gains || (now.heldSince !== null && old.backends.size === 0);
}

function fieldsIn({ claims }: World, owner: string): ReadonlyMap<string, string> {
  const fields = claims.get(owner);
  return fields === undefined || fields === WRONG ? new Map() : fields;
}

/** What is claimed before the list is written: nothing new unless something is gained, and nothing less. */
function bothClaims(old: string | undefined, now: string | undefined): string | undefined {
  const [was, is] = [parseClaim(old ?? '{}'), parseClaim(now ?? '{}')];
  if (was === 'malformed' || is === 'malformed' || !grows(old, now)) return old;
  if (is.heldSince !== null) return now;
  const lost = [...was.backends].filter(
    ([url, ids]) => ids.length > (is.backends.get(url)?.length ?? 0),
  );
  return JSON.stringify(Object.fromEntries([...is.backends, ...lost]));
}

function takeOver(world: World, after: World, vhost: string): void {
  const list = after.lists.get(vhost);
  if (list === undefined) world.lists.delete(vhost);
  else world.lists.set(vhost, list);
  const marks = after.dead.get(vhost);
  if (marks === undefined) world.dead.delete(vhost);
  else world.dead.set(vhost, marks);
}
