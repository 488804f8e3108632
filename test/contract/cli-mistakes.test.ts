import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { NOWHERE, run } from '../parts/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'autodock-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function configFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('a mistake on the command line', () => {
  test.each([
    [['plna'], "unknown command 'plna' (did you mean plan?); see autodock --help"],
    [['plan', 'x'], "plan takes no arguments, but got 'x'; see autodock --help"],
    [['plan', '--jsn'], 'unknown flag --jsn (did you mean --json?)'],
    [['--docker-hots', 'x'], 'unknown flag --docker-hots (did you mean --docker-host?)'],
    [['--docker-host'], "option '--docker-host <docker-host>' argument missing"],
    [['--docker-host', 'ssh://me@host'], 'run autodock on the host of the engine'],
    [['--http-port', '80x'], 'http.port = "80x" (flag --http-port) must be a whole number'],
    [['logger', '--only', 'networks'], 'Allowed choices are routes, containers'],
    [['logger', '--only', 'routes', '--events', 'x'], 'cannot be used with option'],
    [['logger', '--events', 'a-b'], 'logger: autodock/plugin: events must be 1 to 32 patterns'],
    [['logger', '--http-url', 'x'], 'http = "x" must be such as http://127.0.0.1:1338'],
    [['wait', '*.wild.test'], 'no request names the wildcard *.wild.test. Write a host that'],
    [['--config', '/nonexistent'], 'file /nonexistent (flag --config) cannot be read: ENOENT'],
    [['pl\u001b[2Jan\u009b'], "unknown command 'pl\\u{1b}[2Jan\\u{9b}'"],
  ])('%j is one line that says what to do', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^autodock: [^\n]+\n$/);
  });
});

describe('a bad configuration', () => {
  test.each(['run', 'once', 'plan'])(
    'P10: ends %s with one message for all of it',
    async (command) => {
      const file = configFile('bad.yaml', 'hold: long\ncolour: red\nredis:\n  ulr: x\n');
      const { code, stdout, stderr } = await run(
        [command, '--config', file, '--log-level', 'loud', '--nonsense'],
        {
          env: {
            AUTODOCK_REDIS_URL: 'redis://me:topsecret@host:port',
            AUTODOCK_BUS_SECRET_FILE: join(folder, 'missing'),
            AUTODOCK_POLICY: 'snyc',
          },
        },
      );
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^autodock: configuration: [^\n]+\n$/);
      expect(stderr).not.toContain('topsecret');
      for (const part of [
        `hold = "long" (file ${file}) must be a duration`,
        `unknown key colour in file ${file}`,
        `unknown key redis.ulr in file ${file} (did you mean redis.url?)`,
        'log.level = "loud" (flag --log-level) must be one of',
        'unknown flag --nonsense',
        'redis.url = "redis://***@host:port" (environment AUTODOCK_REDIS_URL) must be one of',
        `AUTODOCK_BUS_SECRET_FILE: the file ${join(folder, 'missing')} cannot be read`,
        'policy = "snyc" (environment AUTODOCK_POLICY) must be one of',
      ]) {
        expect(stderr).toContain(part);
      }
    },
  );

  test('does not end at a variable that nobody knows', async () => {
    const env = { ...NOWHERE, AUTODOCK_REDIS_URI: 'redis://:topsecret@h' };
    const { stderr } = await run(['plan'], { env });
    expect(stderr).toContain('the nearest is AUTODOCK_REDIS_URL');
    expect(stderr).not.toContain('topsecret');
  });
});
