import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import GithubSlugger from 'github-slugger';
import { Marked, type Token } from 'marked';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCS = readdirSync(join(ROOT, 'docs')).map((name) => join('docs', name));
const PAGES = ['README.md', ...DOCS];
const CONFIGURATION = textOf('docs/configuration.md');

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

async function tokensOf(path: string): Promise<readonly Token[]> {
  const found: Token[] = [];
  const walkTokens = (token: Token) => void found.push(token);
  await new Marked({ async: true, walkTokens }).parse(textOf(path));
  return found;
}

/** Where links of this page lead to within the repository: `path#anchor`. */
async function linksOf(path: string): Promise<readonly string[]> {
  const tokens = await tokensOf(path);
  const targets = tokens.flatMap(({ type, href }: Token & { href?: string }) =>
    type === 'link' && href !== undefined ? [href] : [],
  );
  return targets.filter((target) => !/^\w+:/.test(target));
}

/** The anchors of a page's headings, as code hosts make them. */
async function anchorsOf(path: string): Promise<readonly string[]> {
  const slugger = new GithubSlugger();
  const tokens = await tokensOf(path);
  return tokens.flatMap(({ type, text }: Token & { text?: string }) =>
    type === 'heading' && text !== undefined ? [slugger.slug(text)] : [],
  );
}

/** What is wrong with a link, or null. */
async function faultOf(link: string, page: string): Promise<string | null> {
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? page : relative(ROOT, join(ROOT, dirname(page), file));
  if (!existsSync(join(ROOT, path))) return `${page}: ${link}: there is no ${path}`;
  if (anchor === undefined || (await anchorsOf(path)).includes(anchor)) return null;
  return `${page}: ${link}: ${path} has no heading of this name`;
}

/** Names of variables in all files of a folder. */
function variablesIn(folder: string, name: RegExp): ReadonlySet<string> {
  const paths = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(ROOT, folder, path)).isFile());
  return new Set(files.flatMap((path) => textOf(join(folder, path)).match(name) ?? []));
}

describe('the documentation', () => {
  test('begins with a README of at most 180 lines', () => {
    expect(textOf('README.md').split('\n').length).toBeLessThanOrEqual(180);
  });

  test('has a page for each kind of reader, to which the README leads', async () => {
    expect(await linksOf('README.md')).toEqual(expect.arrayContaining(DOCS));
  });

  test.each(PAGES)('has links in %s that lead somewhere', async (page) => {
    const links = await linksOf(page);
    const faults = await Promise.all(links.map((link) => faultOf(link, page)));
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
  });

  test('tells every setting of the front', () => {
    const names = variablesIn('deploy/hipache', /\bFRONT_\w*[A-Z0-9]\b/g);
    expect(names.size).toBeGreaterThan(30);
    expect([...names].filter((name) => !CONFIGURATION.includes(`\`${name}\``))).toEqual([]);
  });

  test('tells every setting of the deployment', () => {
    const files = ['compose.yaml', 'compose.host.yaml', 'compose.join.yaml', 'stack.yaml'].map(
      (name) => textOf(`deploy/${name}`),
    );
    const names = new Set(files.flatMap((text) => text.match(/(?<!\$)\$\{\w+/g) ?? []));
    const untold = [...names].filter((name) => !CONFIGURATION.includes(`\`${name.slice(2)}\``));
    expect(untold).toEqual([]);
  });
});
