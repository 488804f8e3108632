import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { browserTest as test } from '../parts/browser.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import { HOSTILE } from '../parts/hostile.ts';
import { openPage } from '../parts/viewer.ts';
import { waitFor } from '../parts/wait-for.ts';

const FILES = fileURLToPath(new URL('../../dist/http/page/', import.meta.url));
const MARKUP = [
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  '</script><script>alert(1)</script>',
  '<base href="http://evil.example/">',
  "<style>@import 'http://evil.example/'</style>",
  'javascript:alert(1)',
];
const TEXTS = [...HOSTILE, ...MARKUP];
/** What moves, hides or turns text; lines and tabs are the page's own. */
const UNSAFE = /[^\P{Cc}\n\t]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** All that the page is made of. */
const TAGS =
  /^(a|bdi|body|code|dd|details|div|dl|dt|fieldset|footer|form|h[123]|head|header|html|input|kbd|label|legend|li|link|main|meta|noscript|ol|option|p|pre|script|search|section|select|span|strong|summary|time|title|ul)$/;

test('S2: whatever a container, an engine, an owner or a stranger in Redis is called is text', async ({
  browser,
}) => {
  const { controller, fake, redis, routed } = await openFakeSystem({
    docker: { name: `engine ${MARKUP.join(' ')}` },
  });
  await routed('target.test');
  await redis.client.rpush('frontend:target.test', ...TEXTS);
  await redis.client.zadd('autodock:owners', Date.now(), MARKUP[0] ?? '');
  for (const text of TEXTS) {
    const labels = { 'autodock.network': text, [`autodock.${text.slice(0, 50)}.host`]: text };
    const env = [`VIRTUALHOST=ok.test ${text}`, `ALIAS=${text}`, `PORT=${text}`];
    fake.world.start(fake.world.create({ name: text, labels, env }));
  }
  const seen = await openPage(browser, controller.baseUrl);
  await waitFor('all of it to be shown', async () => {
    expect(await seen.page.locator('#rejected-list > li').count()).toBe(TEXTS.length);
    expect(await seen.page.locator('#route-list .badge.foreign').count()).toBeGreaterThan(0);
  });

  const text = await seen.textOf('main');
  expect(text).toContain('<script>alert(1)</script>');
  expect(text).toContain('bidi\\u{202e}evil\\u{2066}');
  expect(UNSAFE.exec(text)).toBeNull();
  expect(UNSAFE.exec(await seen.textOf('header'))).toBeNull();
  const tags = await seen.page.evaluate<readonly string[]>(
    "[...new Set([...document.querySelectorAll('*')].map(({ localName }) => localName))]",
  );
  expect(tags.filter((tag) => !TAGS.test(tag))).toEqual([]);
  const handlers = await seen.page.evaluate<readonly string[]>(`
    [...document.querySelectorAll('*')].flatMap((node) =>
      node.getAttributeNames().filter((name) => name.startsWith('on') || name === 'style'))`);
  expect(handlers).toEqual([]);
  expect(seen.complaints).toEqual([]);
  await seen.picture('hostile names');

  const phone = await openPage(browser, controller.baseUrl, { on: 'phone' });
  await waitFor('all of it on a phone', async () => {
    expect(await phone.page.locator('#rejected-list > li').count()).toBe(TEXTS.length);
  });
  expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
});

test('S3: asks its own server alone, and only to read; its policy lets nothing else in', async ({
  browser,
}) => {
  const { controller, routed } = await openFakeSystem();
  await routed('shop.test');
  const seen = await openPage(browser, controller.baseUrl);
  await seen.reads('All is well');
  await waitFor('the plan', async () => {
    expect(await seen.textOf('#plan-text')).toMatch(/^In sync/);
  });
  expect(seen.requests.length).toBeGreaterThan(10);
  expect(
    seen.requests.filter((request) => !request.startsWith(`GET ${controller.baseUrl}/`)),
  ).toEqual([]);
  expect(seen.complaints).toEqual([]);

  const outcome = await seen.page.evaluate(`(async () => {
    const blocked = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      blocked.push(effectiveDirective));
    const refused = (act) => { try { act(); return false; } catch { return true; } };
    const markup = refused(() => { document.body.innerHTML = '<b>x</b>'; });
    const policy = refused(() => { trustedTypes.createPolicy('any', {}); });
    const away = await fetch('http://127.0.0.1:1/').then(() => 'let through', () => 'refused');
    const inline = document.createElement('style');
    inline.append('body { color: red }');
    document.head.append(inline);
    const picture = new Image();
    picture.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
    await new Promise((resolve) => { picture.onerror = resolve; picture.onload = resolve; });
    return { markup, policy, away, blocked: [...new Set(blocked)].sort() };
  })()`);

  expect(outcome).toEqual({
    markup: true,
    policy: true,
    away: 'refused',
    blocked: [
      'connect-src',
      'img-src',
      'require-trusted-types-for',
      'style-src-elem',
      'trusted-types',
    ],
  });
});

test('weighs less than 100 kB in all', () => {
  const bytes = readdirSync(FILES).reduce((sum, name) => sum + statSync(`${FILES}${name}`).size, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(100_000);
});
