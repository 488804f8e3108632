import { positiveDuration } from '../../config/duration.ts';
import { ConfigError } from '../../errors.ts';

/** For how long a command waits that was not told. */
export const WAITS = '60s';

/**
 * Reads `--timeout`.
 *
 * @throws ConfigError if it is not a duration
 */
export function timeoutMsOf(text: string): number {
  const ms = positiveDuration.read(text);
  if (typeof ms === 'number') return ms;
  throw new ConfigError('config', `--timeout=${text} ${ms.remedy}`);
}
