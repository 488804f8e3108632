import type { OwnerRecord } from '../../src/model/owner-record.ts';

/**
 * Whether a record is of another engine than that of whoever asks, as another-engine.lua says it: by its ID, or, as a
 * machine that was cloned keeps that, by its host's name, unless the same process published both (the host was renamed,
 * or became the node of a swarm, which adds where that is).
 */
export function isAnotherEngine(record: OwnerRecord, mine: OwnerRecord): boolean {
  if (record.engineId === null) return false;
  if (record.engineId !== mine.engineId) return true;
  const host = hostOf(record);
  return host !== '' && host !== hostOf(mine) && processOf(record) !== processOf(mine);
}

function hostOf({ engine }: OwnerRecord): string {
  return (engine ?? '').replace(/ at [^ ]*$/, '');
}

function processOf({ nonce }: OwnerRecord): string {
  return (nonce ?? '').replace(/-\d*$/, '');
}
