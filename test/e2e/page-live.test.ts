import { expect } from 'vitest';
import { browserTest as test } from '../parts/browser.ts';
import type { Controller } from '../parts/controller.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import { aPassLater, statusOf } from '../parts/looks.ts';
import { openPage, type Viewer } from '../parts/viewer.ts';
import { waitFor } from '../parts/wait-for.ts';

/** How often the page as such was asked for. */
function loadsOf({ requests }: Viewer, { baseUrl }: Controller): number {
  return requests.filter((request) => request === `GET ${baseUrl}/`).length;
}

test('follows what changes without being loaded again', async ({ browser }) => {
  const { controller, fake, routed } = await openFakeSystem();
  const first = await routed('first.test');
  const seen = await openPage(browser, controller.baseUrl);
  await waitFor('the route', async () => expect(await seen.routes()).toEqual(['first.test']));
  const loads = loadsOf(seen, controller);
  const isSameNode = await seen.page.locator('#route-list > li').first().elementHandle();

  await routed('second.test');
  await waitFor('both', async () => {
    expect(await seen.routes()).toEqual(['first.test', 'second.test']);
  });
  expect(await isSameNode?.evaluate((node) => node.isConnected)).toBe(true);
  await seen.tellsLast('create second.test');

  fake.world.kill(first.id);
  await waitFor('the one that stays', async () => {
    expect(await seen.routes()).toEqual(['second.test']);
  });
  await seen.tellsLast('delete first.test');
  expect(loadsOf(seen, controller)).toBe(loads);
});

test('leaves a reader the focus and the selection in a row whose text changes, and that another passes', async ({
  browser,
}) => {
  const { controller, redis, run, routed } = await openFakeSystem();
  await routed('here.test');
  await routed('moves.test');
  const { page, routes } = await openPage(browser, controller.baseUrl);
  const row = page.locator('#route-list > li').filter({ hasText: 'here.test' });
  const areInOrder = (...hosts: readonly string[]) =>
    waitFor(`the order ${hosts.join()}`, async () => expect(await routes()).toEqual(hosts));
  await areInOrder('here.test', 'moves.test');
  await row.locator('a').focus();
  await page.evaluate('getSelection().selectAllChildren(document.activeElement)');

  const another = run('here.test');
  await waitFor('the text', async () => expect(await row.textContent()).toContain(another.url));
  await redis.client.sadd('dead:moves.test', '0');
  await areInOrder('moves.test', 'here.test');
  await redis.client.del('dead:moves.test');
  await areInOrder('here.test', 'moves.test');

  const kept = await page.evaluate('[document.activeElement.textContent, String(getSelection())]');
  expect(kept).toEqual(['here.test', 'here.test']);
});

test('says that the controller is gone, and comes back by itself when it is', async ({
  browser,
}) => {
  const { controller, fake, routed } = await openFakeSystem();
  const { id } = await routed('goes.test');
  await routed('stays.test');
  const seen = await openPage(browser, controller.baseUrl);
  await seen.reads('All is well');
  const loads = loadsOf(seen, controller);

  await controller.end('SIGKILL');
  await seen.reads('The controller does not answer');
  await seen.seesProblems(/What stands here is from before.*docker ps/s);
  expect(await seen.textOf('#connection')).toBe('not connected');
  // Nothing is said to be well that nobody knows.
  expect(await seen.page.locator('.part.good').count()).toBe(0);
  expect(await seen.routes()).toEqual(['goes.test', 'stays.test']);
  await seen.picture('controller gone');

  fake.world.kill(id);
  await controller.restart();
  await seen.reads('All is well');
  await waitFor('what changed meanwhile', async () => {
    expect(await seen.routes()).toEqual(['stays.test']);
  });
  expect(await seen.textOf('#connection')).toBe('live');
  expect(loadsOf(seen, controller)).toBe(loads);
  expect(seen.complaints).toEqual([]);
});

test('is loaded again when a part of it did not come', async ({ browser }) => {
  const { controller } = await openFakeSystem();
  const seen = await openPage(browser, controller.baseUrl, { missingOnce: '/page/live.js' });
  await seen.reads('All is well');
  expect(seen.complaints).toEqual([]);
});

test('asks for nothing while nothing changes', async ({ browser }) => {
  const { controller, routed } = await openFakeSystem();
  await routed('quiet.test');
  // The one that routed it may not have ended, and the one before it changed nothing either.
  await aPassLater(controller);
  await waitFor('a pass that changes nothing', async () => {
    expect((await statusOf(controller)).lastPass?.result).toBe('in_sync');
  });
  const seen = await openPage(browser, controller.baseUrl);
  await waitFor('all that there is', async () => {
    expect(await seen.routes()).toEqual(['quiet.test']);
    expect(await seen.textOf('#plan-text')).toMatch(/^In sync/);
    expect(await seen.textOf('#change-list')).toContain('create quiet.test');
  });
  const asked = seen.requests.length;

  const { passes } = await statusOf(controller);
  await waitFor('further passes', async () => {
    await controller.reconcile();
    expect((await statusOf(controller)).passes).toBeGreaterThan(passes + 3);
  });

  expect(seen.requests.slice(asked)).toEqual([]);
});
