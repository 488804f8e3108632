import { compareText } from '../../src/model/compare.ts';
import type { ObservedFrontend } from '../../src/model/frontend.ts';
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

/** Who asks something, and claims nothing that could be seen: that was lost. */
export function strayAskers(
  world: World,
  { vhost, claims }: ObservedFrontend,
  self: Owner,
): readonly string[] {
  return [...(world.told.get(vhost) ?? [])].flatMap((member) => {
    const owner = member.replace(/ options$/, '');
    return owner === member || owner === self || claims.has(owner as Owner) ? [] : [owner];
  });
}

/** Writes it, in the index, too. */
export function ask(
  world: World,
  owner: Owner,
  { vhost, asking: after, strays }: Asker & { readonly vhost: string },
): void {
  if (typeof after === 'object') {
    const texts = world.options.get(vhost) ?? new Map<string, string>();
    if (texts !== WRONG) world.options.set(vhost, texts.set(owner, after.text));
    const members = [...(world.told.get(vhost) ?? []), asking(owner)];
    put(world.told, vhost, [...new Set(members)].sort(compareText));
  }
  for (const name of after === 'no more' ? [...strays, owner] : strays) forget(world, vhost, name);
}

/** How a vhost is asked for from now on. */
export interface Asker {
  readonly asking: AskingAfter;
  /** Others whose wishes go. */
  readonly strays: readonly string[];
}

function forget(world: World, vhost: string, name: string): void {
  const members = [...(world.told.get(vhost) ?? [])];
  put(
    world.told,
    vhost,
    members.filter((member) => member !== `${name} options`),
  );
  const texts = world.options.get(vhost);
  if (texts === undefined || texts === WRONG) return;
  texts.delete(name);
  if (texts.size === 0) world.options.delete(vhost);
}

function put(told: World['told'], vhost: string, members: readonly string[]): void {
  if (members.length === 0) told.delete(vhost);
  else told.set(vhost, members);
}

function asking(owner: Owner): string {
  return `${owner} options`;
}
