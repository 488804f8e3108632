import { ALONE_CHANGES } from './alone-changes.ts';
import { BREAKS } from './break-changes.ts';
import type { Change } from './change.ts';
import { REPLICA_CHANGES } from './replica-changes.ts';
import { VERSION_CHANGES } from './version-changes.ts';

/** What is measured, in this order. */
export const CHANGES: readonly Change[] = [
  ...ALONE_CHANGES,
  ...REPLICA_CHANGES,
  ...VERSION_CHANGES,
  ...BREAKS,
];
