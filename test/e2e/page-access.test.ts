import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { browserTest as test } from '../parts/browser.ts';
import { type FakeSystem, openFakeSystem } from '../parts/fake-system.ts';
import { openPage, type ViewerOptions } from '../parts/viewer.ts';
import { waitFor } from '../parts/wait-for.ts';

const LONG_LABEL = 'x'.repeat(63);
const LONGEST_HOST = `${LONG_LABEL}.${LONG_LABEL}.${LONG_LABEL}.${'y'.repeat(56)}.test`;
const WAYS: readonly ViewerOptions[] = [
  { scheme: 'light' },
  { scheme: 'dark' },
  { scheme: 'dark', on: 'phone' },
];

/** What a screen reader comes by, from top to bottom. */
const READING_ORDER: readonly string[] = [
  'link "Skip to the routes"',
  'banner',
  'heading "autodock" [level=1]',
  'status: live',
  'main',
  'heading "1 host is held: clients get 503" [level=2]',
  'No container is ready for it',
  'term: Docker',
  'searchbox "Search"',
  'group "Show routes"',
  'radio "all 3" [checked]',
  'heading "Not routed as asked 1" [level=2]',
  'heading "Routes 3" [level=2]',
  'heading "first.test" [level=3]',
  'heading "Plan at ',
  'heading "Recent changes 3" [level=2]',
  'contentinfo',
];

/** Something of everything that the page can show. */
async function openTroubledSystem(): Promise<FakeSystem> {
  const system = await openFakeSystem();
  const { fake, redis, routed, run } = system;
  await routed('shop.test', { name: 'shop' });
  await redis.client.rpush('frontend:shop.test', 'http://192.168.1.9:80');
  await redis.client.sadd('dead:shop.test', '1');
  await routed('dead.test');
  await redis.client.sadd('dead:dead.test', '0');
  run('held.test', { health: 'starting' });
  run('bad/name.test', { name: 'bad' });
  run('port.test', { name: 'near', env: ['VIRTUAL_HOST=near.test'] });
  run(LONGEST_HOST, { name: 'n'.repeat(250) });
  run('x'.repeat(5_000), { name: 'm'.repeat(250) });
  fake.world.start(fake.world.create({ env: ['VIRTUALHOST=p.test', 'PORT=99'] }));
  return system;
}

/** What has the focus, as a screen reader names it. */
function focused(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const { activeElement: at } = document;
    return at.labels?.[0]?.textContent.trim() ?? at.textContent.trim();
  })()`);
}

/** Whether what has the focus, or its label, is seen to have it. */
function isFocusVisible(page: Page): Promise<boolean> {
  return page.evaluate(`(() => {
    const { activeElement: at } = document;
    return [at, at.labels?.[0]].some((node) => node && getComputedStyle(node).outlineStyle === 'solid');
  })()`);
}

test('has no barrier that axe knows of and never scrolls sideways, in light, in dark and on a phone', async ({
  browser,
}) => {
  const { controller } = await openTroubledSystem();
  for (const way of WAYS) {
    const seen = await openPage(browser, controller.baseUrl, way);
    await seen.reads(/1 thing is wrong, [34] to look at/);
    await waitFor('the routes', async () => expect(await seen.routes()).toHaveLength(4));
    await seen.page.evaluate(axe.source);
    const { violations } = await seen.page.evaluate<axe.AxeResults>(
      "axe.run({ resultTypes: ['violations'], preload: false })",
    );
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    // Rows out of sight have no size yet: they get it as they come into sight.
    for (const at of ['0', 'document.body.scrollHeight / 2', 'document.body.scrollHeight']) {
      await seen.page.evaluate(`scrollTo(0, ${at})`);
      expect(await seen.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    }
    await seen.page.evaluate('scrollTo(0, 0)');
    await seen.picture(`troubled, ${way.scheme}, ${way.on ?? 'desktop'}`);
  }
});

test('is read in order, is used by keyboard alone, and shows where one is', async ({ browser }) => {
  const { controller, routed, run } = await openFakeSystem();
  await routed('first.test', { name: 'one' });
  await routed('second.test', { name: 'two' });
  run('held.test', { health: 'starting' });
  const { page, routes, reads } = await openPage(browser, controller.baseUrl);
  await reads('1 host is held: clients get 503');
  await waitFor('the routes', async () => expect(await routes()).toHaveLength(3));
  await waitFor('the order in which it is read', async () => {
    const spoken = await page.locator('body').ariaSnapshot();
    const found = READING_ORDER.map((part) => spoken.indexOf(part));
    expect(found).not.toContain(-1);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
  });

  const stops: string[] = [];
  for (let stop = 0; stop < 8; stop += 1) {
    await page.keyboard.press('Tab');
    stops.push(await focused(page));
    expect(await isFocusVisible(page), stops.at(-1)).toBe(true);
  }
  expect(stops).toEqual([
    'Skip to the routes',
    'Search',
    'all 3',
    'held.test',
    'first.test',
    'second.test',
    'API',
    'Metrics',
  ]);

  await page.keyboard.press('/');
  await page.keyboard.type('two');
  await waitFor('what the container’s name finds', async () => {
    expect(await routes()).toEqual(['second.test']);
  });
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  expect(await focused(page)).toBe('with trouble 1');
  await waitFor('nothing', async () => expect(await routes()).toEqual([]));
  expect(await page.locator('#route-note').textContent()).toBe('Nothing found.');
  await page.keyboard.press('/');
  await page.keyboard.press('Escape');
  await waitFor('what is in trouble', async () => expect(await routes()).toEqual(['held.test']));

  await page.reload();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await waitFor('the routes to have the focus', async () => {
    expect(await page.evaluate('document.activeElement.id')).toBe('routes');
  });
});
