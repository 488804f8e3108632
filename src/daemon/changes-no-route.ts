import { type ContainerId, parseContainerId } from '../model/ids.ts';
import type { Workload } from '../model/workload.ts';
import type { Parts } from './parts.ts';

/**
 * Whether nothing that happens to this container changes a route, by what is known of it and by the last good pass: it
 * asks for nothing, and nobody has the network that it has. Where removals are put off one hangs on who has an address,
 * and in a swarm its service may ask for it.
 */
export function changesNoRoute(
  { config, status, wiring }: Pick<Parts, 'config' | 'status' | 'wiring'>,
  text: string,
): boolean {
  const id = parseContainerId(text);
  const { lastGood } = status;
  if (id === null || lastGood === null || config.swarm) return false;
  if (lastGood.result === 'refused' || !wiring.asksForNothing(id)) return false;
  return !lastGood.workloads.some((workload) => sharesNetworkOf(workload, id));
}

const SHARES = 'container:';
/** Nothing shorter tells that it is no name: that may be as long as an id, and be of the same letters. */
const WHOLE_ID = /^[0-9a-f]{64}$/;

/** Who names the holder in another way than by its whole id may mean this one. */
function sharesNetworkOf(workload: Workload, id: ContainerId): boolean {
  if (!('networkMode' in workload) || !workload.networkMode.startsWith(SHARES)) return false;
  const holder = workload.networkMode.slice(SHARES.length);
  return holder === id || !WHOLE_ID.test(holder);
}
