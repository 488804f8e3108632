import { join } from 'node:path';

/** The folder for what can be made again, this user's own (XDG base directories); null: there is no home. */
export function cacheFolder(): string | null {
  const { XDG_CACHE_HOME, HOME } = process.env;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'autodock');
  return HOME ? join(HOME, '.cache', 'autodock') : null;
}
