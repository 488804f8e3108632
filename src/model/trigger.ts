/** Why a pass runs. A closed set: also a metric's label. A trigger says "look again" and nothing else. */
export const TRIGGER_REASONS = [
  'start',
  'event',
  'stream',
  'stream_down',
  'docker',
  'restart',
  'redis',
  'lease',
  'settle',
  'resync',
  'inspection',
  'guard',
  'hold',
  'stopping',
  'order',
  'fenced',
  'retry',
  'signal',
  'api',
] as const;

/** One of {@link TRIGGER_REASONS}. */
export type TriggerReason = (typeof TRIGGER_REASONS)[number];

/** How a pass ended. A closed set: also a metric's label. */
export const PASS_RESULTS = ['in_sync', 'applied', 'refused', 'fenced', 'failed'] as const;

/** One of {@link PASS_RESULTS}. */
export type PassResult = (typeof PASS_RESULTS)[number];
