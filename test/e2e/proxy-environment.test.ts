import { describe, expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../parts/controller.ts';
import { runPieces } from '../parts/deploy-pieces.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import { startFaultProxy } from '../parts/fault-proxy.ts';
import { startForwardProxy } from '../parts/forward-proxy.ts';

test('the controller and its commands ask an engine and a Redis themselves, whatever proxy the environment names', async () => {
  const proxy = await startForwardProxy('127.0.0.1');
  onTestFinished(proxy.close);
  const names = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
  const system = await openFakeSystem({
    env: Object.fromEntries(names.map((name) => [name, proxy.url])),
    redis: { tcp: true },
    way: async ({ socketPath }, { port }) => {
      const engine = await startFaultProxy(socketPath);
      onTestFinished(engine.stop);
      return {
        dockerHost: `tcp://127.0.0.1:${engine.port}`,
        redisUrl: `redis://127.0.0.1:${port}`,
      };
    },
  });

  await system.routed('a.test', { name: 'web' });

  for (const args of [['explain', 'web'], ['plan'], ['routes']]) {
    const { code, stderr } = await runCommand(system.options, ...args);
    expect({ code, stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' });
  }
  expect(proxy.hosts()).toEqual([]);
});

const FAIL = `use_proxies; LOG=$(mktemp)
  printf '== now: it\n%s\n' "$LINE" >"$LOG"; fail_log 'it failed' 'the remedy'`;

describe('deploy/up', () => {
  test.for([
    ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'],
    ['http_proxy', 'https_proxy', 'no_proxy'],
  ] as const)('hands %s, %s and %s on by either spelling, to programs and to builds', (names) => {
    const [http, https, none] = names;
    const { stdout, stderr } = runPieces(
      `by_lines() { printf '%s\\n' "$@"; }
       use_proxies; env | grep -i '_proxy=' | sort; echo; compose_build by_lines autodock`,
      { [http]: 'http://p:1', [https]: 'http://p:2', [none]: 'intern.test' },
    );

    expect(stderr).toBe('');
    const settings = ['HTTPS_PROXY=http://p:2', 'HTTP_PROXY=http://p:1', 'NO_PROXY=intern.test'];
    const all = settings.flatMap((setting) => {
      const [name = '', value = ''] = setting.split('=');
      return [setting, `${name.toLowerCase()}=${value}`];
    });
    const [known = '', built = ''] = stdout.split('\n\n');
    expect(known.split('\n').sort()).toEqual(all.sort());
    const words = built.trim().split('\n');
    expect(words.filter((word) => word.includes('_')).sort()).toEqual(all);
    expect(words.filter((word) => word === '--build-arg')).toHaveLength(all.length);
    expect(words.at(-1)).toBe('autodock');
  });

  test('hands on nothing where no proxy is named, and an empty one is none', () => {
    const { stdout } = runPieces('use_proxies; compose_build echo autodock', { HTTP_PROXY: '' });

    expect(stdout).toBe('build autodock\n');
  });

  test.for([
    ['HTTPS_PROXY', 'Could not connect to p:1 (10.0.0.1). - connect (111: Connection refused)'],
    ['HTTP_PROXY', "Temporary failure resolving 'p'"],
    ['http_proxy', 'Err:1 http://m trixie InRelease 407  Proxy Authentication Required'],
    ['https_proxy', '#9 3.2 npm error connect ECONNREFUSED 10.0.0.1:1'],
  ] as const)('blames %s where the log says %j', ([name, line]) => {
    const { code, stderr } = runPieces(FAIL, { [name]: 'http://me:secret@p:1', LINE: line });

    expect(code).toBe(1);
    const [cause, remedy] = stderr.split('---\n').at(-1)?.trim().split('\n') ?? [];
    expect(cause).toContain('not reached by the proxy that the environment names');
    expect(remedy).toContain('Correct http_proxy and https_proxy, or unset them');
    expect(stderr).not.toContain('secret');
  });

  test.for([
    'connect ECONNREFUSED /var/run/docker.sock',
    'connect ECONNREFUSED 127.0.0.1:6379',
    'Could not connect to m:80 (10.0.0.2). - connect (111: Connection refused)',
  ])('does not blame a proxy of another port where the log says %j', (line) => {
    const { stderr } = runPieces(FAIL, { https_proxy: 'http://p:1', LINE: line });

    expect(stderr.split('---\n').at(-1)).toMatch(/it failed/);
    expect(stderr).not.toContain('Correct http_proxy');
  });

  test.for([
    ['', 'curl -H'],
    ['http://p:1', "curl --noproxy '*' -H"],
  ] as const)('with the proxy %j tells a request of this host as %s', ([proxy, command]) => {
    const { stdout } = runPieces(
      `. deploy/lib/hello.sh; COMPOSE=(docker compose); COMPOSE_VERSION=2.40.3; use_proxies; next_steps`,
      { HTTP_PROXY: proxy },
    );

    expect(stdout).toContain(`  ${command} 'Host: hello.local' http://127.0.0.1/\n`);
  });
});
