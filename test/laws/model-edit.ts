import type { FrontendEdit } from '../../src/model/plan.ts';
import { decideEdit, type EditDecision } from './decide-edit.ts';
import { writeList } from './model.ts';
import { isFault, listOf, markedSlots, observe, type World } from './world.ts';

/** What an edit came to; a fault: the vhost was left alone. */
export interface ModelEdit {
  readonly kind: EditDecision['kind'] | 'fault';
  /** Entries that stayed, as an owner claims them. */
  readonly spared: number;
}

/** One edit on the model: what edit.lua must do. Changes the world. */
export function editModel(world: World, edit: FrontendEdit): ModelEdit {
  const { vhost } = edit;
  const observed = observe(world, vhost);
  if (isFault(world, observed)) return { kind: 'fault', spared: 0 };
  const { kind, list, places, spared } = decideEdit(observed, edit, markedSlots(world, vhost));
  const after = list === null ? [] : [list.identifier, ...list.entries];
  writeList(world, { vhost, before: listOf(world, vhost), after, places });
  return { kind, spared };
}
