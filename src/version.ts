import { readFileSync } from 'node:fs';

const MANIFEST = new URL('../package.json', import.meta.url);

/**
 * The version of this program. The manifest lies above `src/` and `dist/` alike; where someone
 * copied the program without it, the version is `unknown`, and the program runs all the same.
 */
export function readVersion(): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(MANIFEST, 'utf8'));
    return hasVersion(manifest) ? manifest.version : 'unknown';
  } catch {
    return 'unknown';
  }
}

function hasVersion(manifest: unknown): manifest is { readonly version: string } {
  return (
    typeof manifest === 'object' &&
    manifest !== null &&
    'version' in manifest &&
    typeof manifest.version === 'string'
  );
}
