import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { readVersion } from '../../src/version.ts';
import { cleanEnv } from '../parts/clean-env.ts';
import { waitFor } from '../parts/wait-for.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'dist/main.js');

/** Neither Docker nor Redis is there; no port is taken. */
const NOWHERE = {
  AUTODOCK_DOCKER_HOST: 'unix:///nonexistent/docker.sock',
  AUTODOCK_REDIS_URL: 'unix:///nonexistent/redis.sock',
  AUTODOCK_HTTP_PORT: '0',
  AUTODOCK_BUS_ENABLED: 'false',
  AUTODOCK_BUS_PORT: '9',
};

const folder = mkdtempSync(join(tmpdir(), 'autodock-cli-'));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly program?: string;
  /** A file descriptor instead of a pipe. */
  readonly stdout?: number;
}

/** A running command, in a clean environment. */
function start(args: readonly string[], { env = {}, program = MAIN, stdout }: Options = {}) {
  const child = spawn(program, args, {
    env: { ...cleanEnv(), ...env },
    stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
  });
  children.push(child);
  const texts = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    texts.stderr += text;
  });
  const end = once(child, 'close').then(() => ({ code: child.exitCode, ...texts }));
  return { child, texts, end };
}

function run(args: readonly string[], options: Options = {}) {
  return start(args, options).end;
}

function configFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('autodock', () => {
  it.each([[['--version']], [['-V']], [['plan', '--version']]])(
    '%j prints its version',
    async (args) => {
      expect(await run(args)).toEqual({ code: 0, stdout: `${readVersion()}\n`, stderr: '' });
    },
  );

  it.each([
    [['--help'], ['run', 'once', 'plan', '--docker-host', 'AUTODOCK_REDIS_URL']],
    [
      ['run', '--help'],
      ['Usage: autodock run', '--docker-host'],
    ],
    [
      ['once', '--help'],
      ['Usage: autodock once', '--docker-host'],
    ],
    [
      ['logger', '--help'],
      ['Usage: autodock logger', '--events', '--only', '--http-url', 'container_', '"missed"'],
    ],
    [
      ['plan', '-h'],
      ['Usage: autodock plan', '--json', '--detailed-exitcode', '--docker-host'],
    ],
  ])('%j prints help', async (args, parts) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const part of parts) expect(stdout).toContain(part);
  });

  it('runs through a link, as a package manager installs it', async () => {
    const program = join(folder, 'autodock');
    symlinkSync(MAIN, program);
    expect((await run(['--version'], { program })).stdout).toBe(`${readVersion()}\n`);
  });

  it('is quiet when the reader of its output has gone', async () => {
    const { child, end } = start(['--help']);
    child.stdout?.destroy();
    expect(await end).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('a mistake on the command line', () => {
  it.each([
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
  it.each(['run', 'once', 'plan'])(
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

  it('does not end at a variable that nobody knows', async () => {
    const env = { ...NOWHERE, AUTODOCK_REDIS_URI: 'redis://:topsecret@h' };
    const { stderr } = await run(['plan'], { env });
    expect(stderr).toContain('the nearest is AUTODOCK_REDIS_URL');
    expect(stderr).not.toContain('topsecret');
  });
});

describe('a command without Docker and Redis', () => {
  it.each(['once', 'plan'])('%s fails with the reason on stderr', async (command) => {
    const { code, stdout, stderr } = await run([command], { env: NOWHERE });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^autodock: .*(Docker|Redis).*$/m);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('run ends with 0 at %s', async (signal) => {
    const { child, texts, end } = start(['run'], { env: NOWHERE });
    await waitFor('the first log line', () => {
      expect(texts.stdout).toContain('\n');
    });
    child.kill(signal);
    expect(await end).toMatchObject({ code: 0, stderr: '' });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('logger ends with 0 at %s', async (signal) => {
    const { child, texts, end } = start(['logger', '--http-url', 'none'], { env: NOWHERE });
    await waitFor('that it says what it waits for', () => {
      expect(texts.stdout).toContain('autodock does not answer at UDP 127.0.0.1:9 ');
    });
    child.kill(signal);
    expect(await end).toMatchObject({ code: 0, stderr: '' });
  });

  it('logger ends with 0 when nobody reads it any more', async () => {
    const { child, end } = start(['logger', '--http-url', 'none'], { env: NOWHERE });
    child.stdout?.destroy();
    expect(await end).toMatchObject({ code: 0, stderr: '' });
  });

  it('run goes on when nobody reads its log', async () => {
    const { child, texts, end } = start(['run'], { env: NOWHERE });
    await waitFor('the first log line', () => {
      expect(texts.stdout).toContain('\n');
    });
    child.stdout?.destroy();
    child.kill('SIGHUP');
    child.kill('SIGTERM');
    expect((await end).code).toBe(0);
  });

  it('run says that the log is lost on a full disk', async () => {
    const { child, texts, end } = start(['run'], {
      env: NOWHERE,
      stdout: openSync('/dev/full', 'w'),
    });
    await waitFor('the message', () => {
      expect(texts.stderr).toContain('no space left');
    });
    child.kill('SIGTERM');
    expect((await end).code).toBe(0);
    expect(texts.stderr.match(/no space left/g)).toHaveLength(1);
  });
});
