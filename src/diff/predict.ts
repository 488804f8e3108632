import { compareText } from '../model/compare.ts';
import { LONGEST_LIST, type ObservedFrontend } from '../model/frontend.ts';
import type { ChangeKind, Fault, FrontendWrite, ListSnapshot } from '../model/plan.ts';
import { decide, type WriteContext } from './decide.ts';

/** Whose write it is, and when. */
export type PredictContext = WriteContext;

/** What a write would do. The key of a fault is named without the configured prefix. */
export type Prediction =
  | { readonly kind: 'none' }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: ChangeKind; readonly after: ListSnapshot };

const NO_MARKS: ReadonlySet<number> = new Set();

/**
 * What apply would make of one vhost if the list and the claims were still as observed then. Dead marks are
 * not observed: where the weight of a marked backend drops, the slots can come out in another order.
 */
export function predict(
  observed: ObservedFrontend,
  write: FrontendWrite,
  context: PredictContext,
): Prediction {
  const fault = faultOf(observed);
  if (fault !== null) return { kind: 'fault', fault };
  const { kind, list } = decide(observed, write, context, NO_MARKS);
  return kind === 'none' ? { kind } : { kind, after: list };
}

function faultOf({ vhost, list, claims }: ObservedFrontend): Fault | null {
  if (list.kind === 'wrong-type') {
    const problem = `holds a value of type ${list.type}, not a list`;
    return { vhost, key: `frontend:${vhost}`, problem };
  }
  if (list.kind === 'too-long') {
    const problem = `holds more than ${LONGEST_LIST} backends`;
    return { vhost, key: `frontend:${vhost}`, problem };
  }
  const owners = [...claims].filter(([, claim]) => claim === 'malformed').map(([owner]) => owner);
  const [owner] = owners.sort(compareText);
  if (owner === undefined) return null;
  const problem = `its field ${vhost} is not a claim that autodock can read`;
  return { vhost, key: `autodock:owner:${owner}`, problem };
}
