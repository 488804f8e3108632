import type { PresentAnswer } from '../answers/present.ts';
import type { StatusAnswer } from '../answers/status.ts';
import { safeJson } from '../model/json.ts';
import type { Status } from '../report/status.ts';
import type { Glance } from './glance.ts';

/** What a listener is told of. */
export interface PresentOptions {
  readonly status: Status;
  /** As `GET /api/v1/status` answers. */
  readonly view: () => StatusAnswer;
  readonly marks: Pick<Glance<unknown>, 'revision'>;
  readonly failures: Pick<Glance<unknown>, 'revision'>;
  readonly names: Pick<Glance<unknown>, 'revision'>;
}

/**
 * The present as one line: the status whole, and of the rest how often it changed, so that a listener asks
 * again for what did. Says "look again", as everything here does.
 */
export function createPresent({ status, view, ...looks }: PresentOptions): () => string {
  const frontends = countChanges();
  const verdicts = countChanges();
  return () => {
    const revisions = {
      routes:
        frontends(status.lastGood?.after) +
        looks.marks.revision() +
        looks.failures.revision() +
        looks.names.revision(),
      containers: verdicts(status.lastGood?.desired.verdicts),
      changes: status.changes.total(),
    };
    return safeJson({ status: view(), revisions } satisfies PresentAnswer);
  };
}

/** What did not change is the identical object. */
function countChanges(): (value: unknown) => number {
  let last: unknown;
  let changes = 0;
  return (value) => {
    if (value !== last) changes += 1;
    last = value;
    return changes;
  };
}
