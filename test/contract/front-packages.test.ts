import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { IN_FRONT } from '../parts/front.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
/** Indexes of a mirror are fetched, at whatever pace it has. */
const FETCHED_MS = 300_000;
/** Within this time a program starts on a busy machine; apt itself waits for a mirror for longer. */
const STARTED_MS = 25_000;
const PACKAGES = 'deploy/hipache/debian';

function run(command: string, env: Readonly<Record<string, string>> = {}, ...args: string[]) {
  return new Promise<{ readonly code: number; readonly output: string }>((resolve) => {
    const all = { env: { PATH: process.env.PATH, ...env } };
    execFile(command, args, all, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
  });
}

test('the tests run the nginx that the image is built with', async () => {
  const versions = await readFile(at(`${PACKAGES}/versions`), 'utf8');
  const [, version] = /^nginx ([\d.]+)-/m.exec(versions) ?? [];
  const remedy = `no mirror has nginx ${version} any more, and the other tests ran with the newest one: raise
    ${PACKAGES}/versions (bash test/setup/front.sh compare tells to what)`;
  expect((await run(IN_FRONT, {}, 'nginx', '-v')).output, remedy).toContain(`nginx/${version}\n`);
});

test.for(['refuses', 'answers 404'])(
  'a version that mirrors no longer have is named, with what to do, and keeps no other waiting: the archive %s',
  { timeout: FETCHED_MS },
  async (archive) => {
    const others: Promise<{ readonly code: number }>[] = [];
    const startAnother = async () => {
      const other = run('timeout', {}, String(STARTED_MS / 1_000), IN_FRONT, 'true');
      others.push(other);
      await other;
    };
    const url = archive === 'refuses' ? 'http://127.0.0.1:1' : await nothingFound(startAnother);
    const env = { DEBIAN: await packagesThatAreGone(), ARCHIVE: `${url}/debian` };
    const { code, output } = await run(at('test/setup/front.sh'), env);
    const codes = new Set((await Promise.all(others)).map((other) => other.code));
    expect(codes).toEqual(new Set(archive === 'refuses' ? [] : [0]));
    expect(code).toBe(69);
    expect(output).toMatch(/^front: http\S+ does not have .*nginx 1\.0\.0-1.*: asking http\S+$/m);
    expect(output).toMatch(
      /does not give it\. AUTODOCK_NGINX=newest builds with what the mirror has/,
    );
  },
);

/** The folder of a front whose nginx nobody has. */
async function packagesThatAreGone(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'autodock-packages-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(at(PACKAGES), folder, { recursive: true });
  const versions = await readFile(join(folder, 'versions'), 'utf8');
  await writeFile(join(folder, 'versions'), versions.replace(/^nginx .*/m, 'nginx 1.0.0-1'));
  return folder;
}

/** The address of a server that has nothing, and says so once what is done meanwhile is done. */
async function nothingFound(meanwhile: () => Promise<unknown>): Promise<string> {
  const server = createServer((_request, answer) => {
    void meanwhile().then(() => answer.writeHead(404).end());
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
