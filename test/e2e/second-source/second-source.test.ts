import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { bundle } from '../../../build/bundle.js';
import type { ContainersAnswer } from '../../../src/answers/containers.ts';
import { browserTest as test } from '../../parts/browser.ts';
import { runCommand } from '../../parts/controller.ts';
import { type FakeSystem, openFakeSystem } from '../../parts/fake-system.ts';
import { openPage } from '../../parts/viewer.ts';
import { waitFor } from '../../parts/wait-for.ts';
import type { Entry } from './routes-file.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

let built: string;

/** The program with one more source, beside the files that it reads. */
beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'second-source-'));
  await cp(join(ROOT, 'package.json'), join(built, 'package.json'));
  await cp(join(ROOT, 'dist'), join(built, 'dist'), { recursive: true });
  await bundle([fileURLToPath(new URL('./main.ts', import.meta.url))], join(built, 'dist'));
});
afterAll(() => rm(built, { recursive: true }));

const ENTRY: Entry = { name: 'printer', host: 'print.test', address: '10.9.8.7', port: 631 };
const URL_OF_ENTRY = 'http://10.9.8.7:631';

interface TwoSources extends FakeSystem {
  /** Writes the file, and has the controller look. */
  write(text: string): Promise<void>;
}

/** A system whose workloads are an engine's containers and what a file says. */
async function openTwoSources(entries: readonly Entry[]): Promise<TwoSources> {
  const folder = await mkdtemp(join(tmpdir(), 'routes-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'routes.json');
  await writeFile(file, JSON.stringify(entries));
  const env = { ROUTES_FILE: file };
  const system = await openFakeSystem({
    env,
    way: async () => ({ main: join(built, 'dist/main.js') }),
  });
  return {
    ...system,
    async write(text) {
      await writeFile(file, text);
      await system.controller.reconcile();
    },
  };
}

test('a second source is routed, claimed and shown beside the containers', async ({ browser }) => {
  const { routes, routed, controller, options } = await openTwoSources([ENTRY]);
  const { url } = await routed('hello.test');

  const { urls, identifier } = await routes.becomes('print.test', [URL_OF_ENTRY]);
  expect([identifier, urls]).toEqual(['print.test', [URL_OF_ENTRY]]);
  const shown = await waitFor('the API to show it', async () => {
    const { containers } = await controller.api<ContainersAnswer>('containers');
    const printer = containers.find(({ name }) => name === 'printer');
    expect(printer).toMatchObject({ verdict: 'routed', routes: [{ url: URL_OF_ENTRY }] });
    return printer;
  });
  expect(await routes.claim('print.test')).toEqual({ [URL_OF_ENTRY]: [shown?.id.slice(0, 12)] });

  const page = await openPage(browser, controller.baseUrl);
  await waitFor('both routes on the page', async () => {
    expect(await page.routes()).toEqual(['hello.test', 'print.test']);
  });
  expect(await page.textOf('#route-list')).toContain('printer');

  const all = await runCommand(options, 'explain');
  expect(all).toMatchObject({ code: 0, stderr: '' });
  expect(all.stdout).toMatch(/printer +print\.test +routed/);
  const one = await runCommand(options, 'explain', 'printer');
  expect(one.stdout).toContain('print.test -> http://10.9.8.7:631');
  expect(one.stdout).toContain('Address: 10.9.8.7, its only one.');
  const host = await runCommand(options, 'explain', 'print.test');
  expect(host.stdout).toMatch(/answers from 1 of 1 slot.*the log of printer/s);
  expect(url).not.toBe(URL_OF_ENTRY);
});

test('a second source has words of its own for what hinders a route, and is held like any', async () => {
  const { routes, options, write } = await openTwoSources([ENTRY]);
  await routes.becomes('print.test', [URL_OF_ENTRY]);
  await write(JSON.stringify([{ ...ENTRY, paused: true }]));
  await routes.isHeld('print.test');
  const { stdout } = await runCommand(options, 'explain', 'printer');
  expect(stdout).toContain('The entry is paused.');
  expect(stdout).toContain('Let it run on.');

  await write('[]');
  await routes.isGone('print.test');
});

test('a source that cannot be read takes no route away, neither its own nor a container’s', async () => {
  const { routes, routed, fake, controller, options, write } = await openTwoSources([ENTRY]);
  const { id, url } = await routed('hello.test');
  await routes.becomes('print.test', [URL_OF_ENTRY]);
  await write('no JSON');
  fake.world.kill(id);
  await waitFor('the pass to fail', async () => {
    const { text } = await controller.probe('/readyz');
    expect(text).toContain('Routes: ');
  });
  expect(await routes.read('print.test')).toMatchObject({ urls: [URL_OF_ENTRY] });
  expect(await routes.read('hello.test')).toMatchObject({ urls: [url] });
  const explained = await runCommand(options, 'explain', 'print.test');
  expect(explained).toMatchObject({ code: 1 });
  expect(explained.stderr).toContain('Routes: ');

  await write(JSON.stringify([ENTRY]));
  await routes.isGone('hello.test');
});
