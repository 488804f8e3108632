import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../parts/free-port.ts';
import { refusedStart, request } from '../parts/front.ts';
import { useOwnFronts } from '../parts/own-fronts.ts';

const TOKEN = 'a-token-of-32-characters-or-so==';
const { frontOf } = useOwnFronts();

async function scraped(port: number, authorization?: string, path = '/metrics') {
  const headers = authorization === undefined ? {} : { authorization };
  return request(port, 'somewhere.test', path, { headers });
}

test.each([
  ['a variable', async () => ({ FRONT_METRICS_TOKEN: TOKEN })],
  [
    'a file',
    async () => {
      const dir = await mkdtemp(join(tmpdir(), 'autodock-token-'));
      onTestFinished(() => rm(dir, { recursive: true }));
      const file = join(dir, 'token');
      await writeFile(file, `${TOKEN}\n`);
      return { FRONT_METRICS_TOKEN_FILE: file };
    },
  ],
])('who knows the token of %s is told the figures, and nobody else', async (_where, given) => {
  const port = await freePort();
  const front = await frontOf({
    ...(await given()),
    FRONT_METRICS_PORT: String(port),
    FRONT_OWNER: 'a"node',
  });

  expect(await scraped(port, `Bearer ${TOKEN}`)).toMatchObject({
    status: 200,
    // Whether a worker has reached Redis yet is another matter.
    body: expect.stringMatching(/\nautodock_front_redis_up [01]\n/),
  });
  expect((await scraped(port, `Bearer ${TOKEN}`)).body).toContain(
    '\nautodock_front_info{owner="a\\"node"} 1\n',
  );
  for (const other of [undefined, TOKEN, `Basic ${TOKEN}`, 'Bearer', `Bearer ${TOKEN}x`]) {
    const { status, headers, body } = await scraped(port, other);
    expect(status, other).toBe(401);
    expect(headers['www-authenticate']).toBe('Bearer');
    expect(body).not.toContain('autodock_front_');
  }
  for (const path of ['/', '/status', '/ask?domain=a.test']) {
    expect((await scraped(port, `Bearer ${TOKEN}`, path)).status, path).toBe(404);
  }
  expect(await front.log()).not.toContain(TOKEN);
});

test.each([
  ['80', {}, 'a whole number from 1024 to 65535, or off'],
  ['9101', {}, 'FRONT_METRICS_TOKEN or FRONT_METRICS_TOKEN_FILE beside it'],
  ['1339', { FRONT_METRICS_TOKEN: TOKEN }, 'a port of its own'],
  ['9101', { FRONT_METRICS_TOKEN: 'secret' }, '16 to 200 characters'],
  ['9101', { FRONT_METRICS_TOKEN: 'two words, or three' }, '16 to 200 characters'],
  ['9101', { FRONT_METRICS_TOKEN_FILE: '/nowhere' }, 'a file that can be read'],
  ['9101', { FRONT_METRICS_TOKEN_FILE: '/dev/null' }, 'a file that is not empty'],
])('FRONT_METRICS_PORT=%s with %j is refused', async (port, env, expected) => {
  const { code, message } = await refusedStart({ FRONT_METRICS_PORT: port, ...env });

  expect(code).toBe(64);
  expect(message).toContain(`expected ${expected}`);
  expect(message).not.toMatch(/secret|two words/);
});
