import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the program once, if a source is newer, before files that run side by side all ask for it. */
export default async function setup(): Promise<void> {
  const built = statSync(join(ROOT, 'dist/main.js'), { throwIfNoEntry: false });
  const names = await readdir(join(ROOT, 'src'), { recursive: true });
  const isOutdated = names.some(
    (name) => statSync(join(ROOT, 'src', name)).mtimeMs > (built?.mtimeMs ?? 0),
  );
  if (isOutdated) execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT });
}
