import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { waitFor } from './wait-for.ts';

/** How a person looks at the page. */
export interface ViewerOptions {
  /** Default: a window of 1280 by 900. */
  readonly on?: 'desktop' | 'phone';
  /** Default `light`. */
  readonly scheme?: 'light' | 'dark';
  /** A path whose first request the network drops. */
  readonly missingOnce?: string;
}

/** A person before the page. */
export interface Viewer {
  readonly page: Page;
  /** What the browser complained of: errors, warnings, breaches of the policy; not what the network did. */
  readonly complaints: readonly string[];
  /** All that was asked for: `GET http://127.0.0.1:1338/`. */
  readonly requests: readonly string[];
  /** Waits until the headline says this. */
  reads(headline: string | RegExp): Promise<void>;
  /** Waits until the problems under it are these titles, and returns them with all their text. */
  seesProblems(...titles: readonly (string | RegExp)[]): Promise<readonly string[]>;
  /** Waits until the newest of the recent changes holds this text. */
  tellsLast(change: string): Promise<void>;
  /** The text of what a selector finds. */
  textOf(selector: string): Promise<string>;
  /** The names of the routes on the page, in order. */
  routes(): Promise<readonly string[]>;
  /** Keeps a picture if pictures are wanted. */
  picture(name: string): Promise<void>;
}

const WINDOWS = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
};
/** `PAGE_PICTURES=folder` keeps pictures of every test; else one is kept of each failure. */
const WANTED = process.env.PAGE_PICTURES;
const OF_FAILURES = '.cache/pictures';

/** Opens the page as a new visitor; it is closed with the test. */
export async function openPage(
  browser: Browser,
  baseUrl: string,
  { on = 'desktop', scheme = 'light', missingOnce }: ViewerOptions = {},
): Promise<Viewer> {
  const context = await browser.newContext({ ...WINDOWS[on], colorScheme: scheme });
  const page = await context.newPage();
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await keepPicture(page, OF_FAILURES, task.name);
    await context.close();
  });
  const heard = listenTo(page);
  if (missingOnce !== undefined) {
    await page.route(`**${missingOnce}`, (route) => route.abort('internetdisconnected'), {
      times: 1,
    });
  }
  await page.goto(baseUrl);
  return { page, ...heard, ...looksAt(page) };
}

function listenTo(page: Page): Pick<Viewer, 'complaints' | 'requests'> {
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    // A server that is away or not ready is what some tests are about.
    const isOfNetwork = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isOfNetwork) {
      complaints.push(message.text());
    }
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => requests.push(`${request.method()} ${request.url()}`));
  return { complaints, requests };
}

function looksAt(page: Page): Omit<Viewer, 'page' | 'complaints' | 'requests'> {
  const textOf = async (selector: string) => (await page.locator(selector).textContent()) ?? '';
  return {
    textOf,
    reads: (headline) =>
      waitFor(`the headline to be ${headline}`, async () => {
        expect(await textOf('#headline')).toMatch(headline);
      }),
    tellsLast: (change) =>
      waitFor(`the newest change to be ${change}`, async () => {
        expect(await textOf('#change-list > li:first-child')).toContain(change);
      }),
    seesProblems: (...titles) =>
      waitFor(`the problems to be ${titles.join(', ')}`, async () => {
        const found = await page.locator('#problems > li').allTextContents();
        expect(found).toEqual(titles.map((title) => expect.stringMatching(title)));
        return found;
      }),
    routes: () => page.locator('#route-list > li h3 bdi').allTextContents(),
    picture: async (name) => {
      if (WANTED !== undefined) await keepPicture(page, WANTED, name);
    },
  };
}

async function keepPicture(page: Page, folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name.replace(/[^\w-]+/g, '-').slice(0, 80)}.png`);
  await page.screenshot({ path });
  console.info(`picture: ${path}`);
}
