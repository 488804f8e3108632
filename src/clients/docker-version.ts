import { ObserveError } from '../errors.ts';

/** Docker 20.10, the oldest engine that we support. */
export const OLDEST_API = '1.41';
/** Docker 29.7, the newest API whose shapes were recorded and tested. */
const NEWEST_API = '1.55';

/**
 * The version of the API to speak: the lower of the engine's newest and ours.
 *
 * @param newest the engine's `ApiVersion`
 * @param oldest the engine's `MinAPIVersion`; engines before 1.25 do not send it
 * @throws ObserveError `docker-version` with both ranges if they do not meet
 */
export function negotiate(newest: unknown, oldest: unknown): string {
  const engineNewest = minorOf(newest);
  if (engineNewest === null) {
    throw new ObserveError('docker-malformed', 'Docker: version: malformed reply (no ApiVersion)');
  }
  const engineOldest = minorOf(oldest) ?? 0;
  const chosen = Math.min(engineNewest, minor(NEWEST_API));
  if (chosen < minor(OLDEST_API) || chosen < engineOldest) {
    throw new ObserveError(
      'docker-version',
      `Docker: the engine speaks API versions ${String(oldest ?? '?')} to ${String(newest)}, autodock ${OLDEST_API} to ${NEWEST_API}: ` +
        (chosen < engineOldest ? 'update autodock' : 'update the engine to Docker 20.10 or newer'),
    );
  }
  return `1.${chosen}`;
}

/** Whether one version of the API, as `negotiate` gives it, is another or newer. */
export function isAtLeast(apiVersion: string, oldest: string): boolean {
  return minor(apiVersion) >= minor(oldest);
}

function minorOf(version: unknown): number | null {
  const match = typeof version === 'string' ? /^1\.(\d{1,3})$/.exec(version) : null;
  return match === null ? null : Number(match[1]);
}

function minor(version: string): number {
  return Number(version.slice('1.'.length));
}
