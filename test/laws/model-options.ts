import { compareText } from '../../src/model/compare.ts';
import type { Owner } from '../../src/model/ids.ts';
import type { ModelApply } from './model.ts';
import { type World, WRONG } from './world.ts';

/** What becomes of what an owner asks of fronts: this text, nothing, or what stands there. */
export type AskingAfter = { readonly text: string } | 'no more' | 'as it is';

/** What is asked for, beside a claim as it is to be. */
interface Asked {
  readonly vhost: string;
  readonly options: string | undefined;
  readonly claim: string | undefined;
}

/** What a write makes of it; a fault: something else stands at its key. */
export function asksAfter(
  world: World,
  { owner, removalsOnly = false }: Pick<ModelApply, 'owner' | 'removalsOnly'>,
  { vhost, options, claim }: Asked,
): AskingAfter | 'fault' {
  const isAsking = (world.told.get(vhost) ?? []).includes(asking(owner));
  if (claim === undefined || options === '') return isAsking ? 'no more' : 'as it is';
  if (options === undefined) return 'as it is';
  const texts = world.options.get(vhost);
  if (texts === WRONG) return 'fault';
  if (texts?.get(owner) === options && isAsking) return 'as it is';
  return removalsOnly ? 'as it is' : { text: options };
}

/** Writes it, in the index, too. */
export function ask(
  world: World,
  owner: Owner,
  { vhost, asking: after }: { readonly vhost: string; readonly asking: AskingAfter },
): void {
  if (after === 'as it is') return;
  const members = world.told.get(vhost) ?? [];
  const rest = members === WRONG ? [] : members.filter((name) => name !== asking(owner));
  const texts = world.options.get(vhost) ?? new Map<string, string>();
  if (after === 'no more') {
    put(world.told, vhost, rest);
    if (texts === WRONG) return;
    texts.delete(owner);
    if (texts.size === 0) world.options.delete(vhost);
    return;
  }
  put(world.told, vhost, [...rest, asking(owner)].sort(compareText));
  if (texts !== WRONG) world.options.set(vhost, texts.set(owner, after.text));
}

function put(told: World['told'], vhost: string, members: readonly string[]): void {
  if (members.length === 0) told.delete(vhost);
  else told.set(vhost, members);
}

function asking(owner: Owner): string {
  return `${owner} options`;
}
