import { expect } from 'vitest';
import { otherSpellings } from '../../src/model/backend-url.ts';
import type { FrontendEdit } from '../../src/model/plan.ts';
import { randomEdit } from './disturb.ts';
import { canonical } from './dump.ts';
import { marksAreWrong } from './invariants.ts';
import { lawTest } from './law-test.ts';
import { editModel } from './model-edit.ts';
import { copyOf, listOf, observe, type World } from './world.ts';

lawTest('the script edits as the model does', 0.1, async ({ real, random, before, where }) => {
  const edit = randomEdit(random);
  const told = `${where}: ${JSON.stringify(edit)}\non ${canonical(before)}`;

  const model = copyOf(before);
  const expected = editModel(model, edit);
  const { result, spared } = await real.edit(edit);
  const after = await real.change([]);

  expect({ kind: result.kind, spared }, told).toEqual(expected);
  expect(canonical(after), told).toEqual(canonical(model));
  expect(breaches(before, after, edit), told).toEqual([]);
});

/**
 * What must hold whatever the layout: no list is emptied but for an owner's hold, no claim is touched, nothing
 * comes or goes but what was meant, and every dead mark stays with its backend.
 */
function breaches(before: World, after: World, edit: FrontendEdit): readonly string[] {
  const { vhost } = edit;
  const isEmptied = listOf(before, vhost).length > 1 && listOf(after, vhost).length === 1;
  const claims = [...observe(after, vhost).claims.values()];
  const isHeld = claims.some((claim) => claim !== 'malformed' && claim.heldSince !== null);
  return [
    ...(isEmptied && !isHeld ? [`${vhost} is left with its identifier alone`] : []),
    ...(canonical({ ...after, lists: new Map(), dead: new Map() }) ===
    canonical({ ...before, lists: new Map(), dead: new Map() })
      ? []
      : ['a claim or a score changed']),
    ...countBreaches(before, after, edit),
    ...marksAreWrong(before, after, vhost),
  ];
}

/** An entry goes only if it was meant and, without force, nobody claims it; what comes is the one that was added. */
function countBreaches(before: World, after: World, edit: FrontendEdit): readonly string[] {
  const vhosts = new Set([...before.lists.keys(), ...after.lists.keys()]);
  return [...vhosts].flatMap((vhost) => {
    const [was, is] = [listOf(before, vhost).slice(1), listOf(after, vhost).slice(1)];
    return [...new Set([...was, ...is])].flatMap((url) => {
      const change = copies(is, url) - copies(was, url);
      if (change === 0) return [];
      const isMeant = vhost === edit.vhost && isWanted(edit, url, change);
      const claimed = claimsOf(before, vhost, url);
      const isSpared = edit.kind === 'add' || edit.force || copies(is, url) >= claimed;
      return isMeant && isSpared ? [] : [`${vhost} has ${change} more of ${url}`];
    });
  });
}

function isWanted(edit: FrontendEdit, url: string, change: number): boolean {
  switch (edit.kind) {
    case 'add': // in place of the same backend in another spelling, if that is there
      return url === edit.url
        ? change === 1
        : change === -1 && otherSpellings(edit.url).includes(url);
    case 'remove':
      return edit.texts.includes(url) && change < 0;
    case 'clear':
      return change < 0;
  }
}

function copies(entries: readonly string[], url: string): number {
  return entries.filter((entry) => entry === url).length;
}

function claimsOf(world: World, vhost: string, url: string): number {
  const claims = [...observe(world, vhost).claims.values()];
  return claims.reduce(
    (sum, claim) => sum + (claim === 'malformed' ? 0 : (claim.backends.get(url)?.length ?? 0)),
    0,
  );
}
