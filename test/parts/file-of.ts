import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A file until the test ends. */
export async function fileOf(text: string, mode = 0o600): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-redis-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = join(dir, 'file.pem');
  await writeFile(path, text, { mode });
  return path;
}
