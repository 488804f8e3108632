import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

test.for([
  ['FRONT_HTTP_PORT=80a', "FRONT_HTTP_PORT is '80a'", 'a number from 1 to 65535'],
  ['FRONT_HTTP_PORT=65536', "FRONT_HTTP_PORT is '65536'", 'a number from 1 to 65535'],
  ['AUTODOCK_HTTP_PORT=off', "AUTODOCK_HTTP_PORT is 'off'", 'a number from 1 to 65535'],
  ['AUTODOCK_UP_TIMEOUT=5m', "AUTODOCK_UP_TIMEOUT is '5m'", 'a number from 1'],
  ['AUTODOCK_HEALTH_INTERVAL=20', "AUTODOCK_HEALTH_INTERVAL is '20'", '20s, 1m'],
  ['AUTODOCK_BASE=here', "AUTODOCK_BASE is 'here'", 'one of: auto registry local'],
  ['AUTODOCK_HTTPS_ISSUER=le', "AUTODOCK_HTTPS_ISSUER is 'le'", 'one of: acme internal'],
  [
    'COMPOSE_PROFILES=https,monitor',
    "COMPOSE_PROFILES names 'monitor'",
    'https, monitoring, prometheus',
  ],
  [
    'COMPOSE_PROFILES=https monitoring',
    "COMPOSE_PROFILES names 'https monitoring'",
    'separated by nothing but commas',
  ],
  ['FRONT_HTTPS_PORT=no', "FRONT_HTTPS_PORT is 'no'", 'a number from 1 to 65535, or off'],
  ['COMPOSE_PROJECT_NAME=My App', "COMPOSE_PROJECT_NAME is 'My App'", 'small letters'],
  [
    'FRONT_HTTP_PORT 80',
    "deploy/.env, line 2: 'FRONT_HTTP_PORT 80' is not a setting",
    'NAME=value',
  ],
  [
    'FRONT_HTTP_PORT="8080',
    'deploy/.env, line 2: FRONT_HTTP_PORT has a quote that does not end',
    'without the quote',
  ],
] as const)(
  'deploy/up says what is wrong with %s in deploy/.env',
  async ([line, cause, remedy]) => {
    const { code, lines } = await load(`# ours\n${line}\n`);

    expect({ code, lines }).toEqual({
      code: 1,
      lines: [expect.stringContaining(cause), expect.stringContaining(remedy)],
    });
  },
);

test.for([
  ['FRONT_HTTP_PORT=8080', '8080'],
  ['export FRONT_HTTP_PORT = 8080', '8080'],
  ['FRONT_HTTP_PORT="8080" # of the company', '8080'],
  ["FRONT_HTTP_PORT='8080'", '8080'],
  ['FRONT_HTTP_PORT="8080"# all', '8080'],
  ['FRONT_HTTP_PORT=8080 # "all"', '8080'],
  ['AUTODOCK_OWNER="a #1"\nFRONT_HTTP_PORT=8080', '8080'],
  ['FRONT_HTTP_PORT=8080\r', '8080'],
  ['FRONT_HTTP_PORT=8080\t ', '8080'],
  ['FRONT_HTTP_PORT=', ''],
  ['#FRONT_HTTP_PORT=9', ''],
] as const)('deploy/up reads %j as Compose does', async ([line, value]) => {
  expect(await load(`\n${line}`)).toEqual({ code: 0, lines: [`port=${value}`] });
});

test.for([
  ["'a #1'", 'a #1'],
  ['"a #1" # all', 'a #1'],
  ['"a \\"1\\\\" # all', 'a "1\\'],
] as const)('within quotes deploy/up reads %s as Compose does', async ([text, value]) => {
  const { lines } = await load(`COMPOSE_PROJECT_NAME=${text}\n`);

  expect(lines[0]).toContain(`COMPOSE_PROJECT_NAME is '${value}'`);
});

test('what the environment says counts before deploy/.env', async () => {
  expect(await load('FRONT_HTTP_PORT=8080\n', { FRONT_HTTP_PORT: '81' })).toEqual({
    code: 0,
    lines: ['port=81'],
  });
});

test('a name that is not a setting is told, and others are nobody’s business', async () => {
  const { code, lines } = await load(
    'FRONT_HTTP_PROT=8080\nMY_OWN=1\nAUTODOCK_REDIS_TIMEOUT=1s\nFRONT_DEAD_ON_5XX=on\n',
  );

  expect({ code, lines }).toEqual({
    code: 0,
    lines: [expect.stringMatching(/line 1: FRONT_HTTP_PROT is not a setting of autodock/), 'port='],
  });
});

/** What `deploy/up` says while it loads a file of settings, and the port that it goes on with. */
async function load(text: string, env: Readonly<Record<string, string>> = {}) {
  const root = await mkdtemp(join(tmpdir(), 'autodock-settings-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'deploy'));
  await copyFile('deploy/compose.yaml', join(root, 'deploy/compose.yaml'));
  await writeFile(join(root, 'deploy/.env'), text);
  const script = `ROOT=${root}; . deploy/lib/say.sh; . deploy/lib/causes.sh; . deploy/lib/settings.sh
    load_settings; check_settings; echo "port=\${FRONT_HTTP_PORT:-}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...env },
  });
  return { code: status, lines: `${stderr}${stdout}`.trim().split('\n') };
}
