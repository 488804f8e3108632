import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { expect, onTestFinished, test } from 'vitest';
import { startPrivateEngine } from '../parts/private-engine.ts';

/** A folder with a dockerd that ends with these words before it is the machine's own. */
async function endsFirst(words: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-dockerd-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const script = `#!/bin/sh
if mkdir "${dir}/ended" 2>/dev/null; then echo '${words}'; exit 1; fi
PATH=\${PATH#*:} exec dockerd "$@"
`;
  await writeFile(join(dir, 'dockerd'), script);
  await chmod(join(dir, 'dockerd'), 0o755);
  return dir;
}

test('an engine whose containerd was late is started again', async () => {
  const late = await endsFirst(
    'failed to start containerd: timeout waiting for containerd to start',
  );

  const engine = await startPrivateEngine({}, late);
  onTestFinished(engine.close);

  expect(`${await new Dockerode({ socketPath: engine.socketPath }).ping()}`).toBe('OK');
});

test('and one that ends for another reason says at once why', async () => {
  const broken = await endsFirst('no such setting');

  await expect(startPrivateEngine({}, broken)).rejects.toThrow('no such setting');
});
