import { statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The folder for what can be made again, this user's own (XDG base directories); null: there is no home, or it is
 * somebody else's (`sudo -E` keeps HOME): what that one puts there would be run by this one.
 */
export function cacheFolder(): string | null {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const base = XDG_CACHE_HOME || HOME;
  if (!base || !isOwn(base)) return null;
  return XDG_CACHE_HOME ? join(base, 'autodock') : join(base, '.cache', 'autodock');
}

function isOwn(folder: string): boolean {
  const owner = statSync(folder, { throwIfNoEntry: false })?.uid;
  return owner === undefined || owner === process.getuid?.();
}
