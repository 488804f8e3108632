import { ALONE_CHANGES } from './changes/alone.ts';
import { BREAKS } from './changes/breaks.ts';
import type { Change } from './changes/change.ts';
import { REPLICA_CHANGES } from './changes/replicas.ts';
import { VERSION_CHANGES } from './changes/versions.ts';

/** What is measured, in this order. */
export const CHANGES: readonly Change[] = [
  ...ALONE_CHANGES,
  ...REPLICA_CHANGES,
  ...VERSION_CHANGES,
  ...BREAKS,
];
