import type { ContainerLine } from '../../model/container.ts';
import type { Inspections } from './inspections.ts';
import { createSetBacks, type SetBackContext, type SetBacks } from './set-back.ts';
import { createSharers, type Sharers } from './sharers.ts';

/** What the list does not tell of a container that was inspected, and an inspection made now does. */
export interface Doubts {
  /** Asks about those in doubt. Returns what a pass should wait for. */
  ask(lines: readonly ContainerLine[], context: SetBackContext): readonly Promise<void>[];
  readonly setBacks: Pick<SetBacks, 'verdict'>;
  readonly sharers: Pick<Sharers, 'isOlder'>;
}

/** Nobody is in doubt until the first list. */
export function createDoubts(inspections: Pick<Inspections, 'confirm' | 'isHanging'>): Doubts {
  const setBacks = createSetBacks(inspections);
  const sharers = createSharers(inspections);
  return {
    ask: (lines, context) => [...setBacks.ask(lines, context), ...sharers.ask(lines, context.now)],
    setBacks,
    sharers,
  };
}
