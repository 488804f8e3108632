import type { FrontendEdit } from '../../src/model/plan.ts';
import { editModel } from '../laws/model-edit.ts';
import { type World, WRONG } from '../laws/world.ts';

/** An edit as it is sent: backends alone are taken out, and none that anybody claims. */
interface Sent {
  readonly v: string;
  readonly id: string;
  readonly take: readonly string[];
}

/** The twin of edit.lua, as a controller sends it. */
export function runEdit(world: World, words: readonly string[]): unknown {
  const { v: vhost, id: identifier, take: texts } = JSON.parse(words.at(-1) ?? '') as Sent;
  const edit = { kind: 'remove', vhost, identifier, texts, force: false } as FrontendEdit;
  const { kind, spared } = editModel(world, edit);
  return [kind === 'fault' ? [`frontend:${vhost}`, 'problem'] : kind, spared];
}

/** Takes an owner out of the index of a vhost. */
export function untell({ told }: World, vhost: string, owner: string): number {
  const members = told.get(vhost);
  if (members === undefined || members === WRONG || !members.includes(owner)) return 0;
  const rest = members.filter((member) => member !== owner);
  if (rest.length === 0) told.delete(vhost);
  else told.set(vhost, rest);
  return 1;
}

/** The keys that match, in one step; only those of kinds that are looked for. */
export function scan({ lists, dead }: World, words: readonly string[]): unknown {
  const pattern = words[words.indexOf('MATCH') + 1] ?? '';
  const kept = { 'frontend:*': ['frontend:', lists], 'dead:*': ['dead:', dead] } as const;
  const found = Object.entries(kept).find(([match]) => match === pattern)?.[1];
  if (found === undefined) return new Error(`ERR no keys are kept for ${pattern}`);
  const [start, keys] = found;
  return ['0', [...keys.keys()].map((name) => `${start}${name}`)];
}
