import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readVersion } from '../../src/version.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODULES = join(ROOT, 'node_modules');

/** What a user of the kit writes; also wrongly. */
const CONSUMER = `
import {
  connect,
  type DockerEvent,
  type JsonObject,
  type PluginEvent,
  type RouteKey,
} from 'autodock/plugin';

const plugin = connect({ host: 'autodock', events: ['container_*'], secret: process.env.SECRET });
plugin.on('container_started', ({ kwargs }) => console.log(kwargs.Actor?.Attributes?.name));
plugin.on('route_added', async ({ kwargs, via }) => {
  const route: RouteKey = kwargs;
  console.log(route.vhost, via satisfies 'bus' | 'snapshot');
});
plugin.on('container_died', ({ kwargs: { truncated, scope } }) => {
  console.log(truncated satisfies true | undefined, scope?.toUpperCase());
});
plugin.on('volume_mount', (event) => console.log(event.kwargs));
plugin.on('snapshot', ({ routes: [route], containers }) => console.log(route?.backends, containers));

function show(event: PluginEvent): string {
  switch (event.kind) {
    case 'docker':
      return (event satisfies DockerEvent).kwargs.Action ?? '';
    case 'loss':
      return event.cause === 'gap' ? event.missed.toFixed() : event.cause;
    case 'route':
      return event.kwargs.url;
    case 'other':
      return JSON.stringify(event.kwargs satisfies JsonObject);
    default:
      return event.name;
  }
}
for await (const event of plugin) console.log(show(event));
await plugin.close();
await plugin.finished;
`;

/** What the types do not let through: a member that no snapshot has, a port that is not a number. */
const WRONG_CONSUMER = `import { connect } from 'autodock/plugin';

connect({}).on('snapshot', ({ nonsense }) => console.log(nonsense));
connect({ port: '1338' });
`;

const CONFIG = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    types: ['node'],
  },
};

describe('the package, packed and installed', () => {
  let folder: string;
  let files: readonly string[];
  let installed: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'autodock-package-'));
    const packed = await run(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
      ROOT,
    );
    const [tarball] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
    files = tarball.files.map(({ path }) => path);
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ type: 'module', private: true }),
    );
    await run(
      'npm',
      ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball.filename],
      folder,
    );
    installed = join(folder, 'node_modules/autodock');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('holds the program and what it reads at run time, and nothing of the tests', () => {
    for (const file of [
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'docs/plugins.md',
      'dist/main.js',
      'dist/hipachectl.js',
      'dist/plugin/connect.js',
      'dist/plugin/connect.d.ts',
      'dist/apply/scripts/apply.lua',
      'dist/apply/scripts/parts/lay-out.lua',
      'dist/clients/lua/clock.lua',
      'dist/http/page/index.html',
      'dist/examples/webhook/main.js',
    ]) {
      expect(files).toContain(file);
    }
    expect(
      files.filter((file) => !/^(dist\/|docs\/\w+\.md$|[A-Z]+(\.md)?$|package\.json$)/.test(file)),
    ).toEqual([]);
  });

  test('has nothing that publint finds fault with', async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  describe('alone, without any other package', () => {
    let alone: string;

    beforeAll(async () => {
      // Not below the other folder: what is installed there would be found as well.
      alone = await mkdtemp(join(tmpdir(), 'autodock-package-alone-'));
      await cp(installed, join(alone, 'node_modules/autodock'), { recursive: true });
    });
    afterAll(() => rm(alone, { recursive: true, force: true }));

    test('gives a plugin its kit', async () => {
      const script = "console.log(Object.keys(await import('autodock/plugin')).join())";
      expect(await run(process.execPath, ['--input-type=module', '-e', script], alone)).toBe(
        'connect\n',
      );
    });

    test.each([
      ['autodock plan', 'main.js', ['plan'], 'Docker: '],
      ['autodock once', 'main.js', ['once', '--log-format', 'pretty'], 'Docker: '],
      ['hipachectl list', 'hipachectl.js', ['list'], 'Redis at '],
    ])('runs %s as far as there is an engine and a Redis', async (_name, program, args, missed) => {
      await writeFile(join(alone, 'config.yaml'), 'redis: { url: "unix:///nowhere/redis" }\n');
      const main = join(alone, 'node_modules/autodock/dist', program);
      const docker = program === 'main.js' ? ['--docker-host', 'unix:///nowhere/docker'] : [];
      const failed = await run(
        process.execPath,
        [main, ...args, ...docker, '--config', 'config.yaml'],
        alone,
      ).catch(String);
      expect(failed).toContain(`: ${missed}`);
      expect(failed).not.toContain('internal error');
    });
  });

  test('holds the licence of every package that its programs are made of', async () => {
    const text = await readFile(join(installed, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['commander', 'convict', 'dockerode', 'ioredis', 'pino', 'rxjs', 'yaml']) {
      expect(text).toMatch(new RegExp(`^${name} [0-9.]+ \\([\\w.-]+\\)$`, 'm'));
    }
  });

  test('has types that a strict program is checked against', async () => {
    await link('@types/node');
    await link('undici-types');
    await writeFile(join(folder, 'consumer.ts'), CONSUMER);
    await writeFile(join(folder, 'documented.ts'), await documentedPlugin(installed));
    expect(await typeCheck('consumer.ts', 'documented.ts')).toBe('');

    await writeFile(join(folder, 'wrong.ts'), WRONG_CONSUMER);
    const found = await typeCheck('wrong.ts').catch(String);
    expect(found.match(/^wrong\.ts\(\d+,\d+\): error TS\d+/gm)).toEqual([
      'wrong.ts(3,31): error TS2339',
      'wrong.ts(4,11): error TS2322',
    ]);
  });

  test('has programs that npx runs', async () => {
    const { bin } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
      bin: Record<string, string>;
    };
    expect(Object.keys(bin)).toEqual(['autodock', 'hipachectl']);
    for (const name of Object.keys(bin)) {
      expect(await run('npx', ['--no-install', name, '--version'], folder)).toBe(
        `${readVersion()}\n`,
      );
    }
  });

  /** @throws with what the compiler found wrong */
  async function typeCheck(...include: readonly string[]): Promise<string> {
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...CONFIG, include }));
    return run(process.execPath, [join(MODULES, 'typescript/bin/tsc'), '-p', folder], folder);
  }

  /** As if it had been installed as well, unless it was. */
  async function link(name: string): Promise<void> {
    const path = join(folder, 'node_modules', name);
    if (existsSync(path)) return;
    await mkdir(join(path, '..'), { recursive: true });
    await symlink(join(MODULES, name), path);
  }
});

/** The plugin that the documentation shows. */
async function documentedPlugin(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'docs/plugins.md'), 'utf8');
  const [, code] = /```ts\n(import \{ connect \}.*?)```/s.exec(text) ?? [];
  if (code === undefined) throw new Error('docs/plugins.md shows no plugin');
  return code;
}

/** What a program prints on stdout. @throws with all that it printed if it fails */
async function run(program: string, args: readonly string[], cwd = ROOT): Promise<string> {
  try {
    return (await promisify(execFile)(program, [...args], { cwd })).stdout;
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) error.message += `\n${String(error.stdout)}`;
    throw error;
  }
}
