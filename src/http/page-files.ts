import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Answer } from './reply.ts';
import type { Routes } from './server.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const INDEX = 'index.html';

/**
 * Nothing but our own files and the page's one inline script, by its hash, and no way to make markup of text: with
 * trusted types required and no policy allowed, a browser refuses every assignment of a string to `innerHTML` and
 * its kind.
 */
const policyFor = (inlineScript: string) =>
  [
    "default-src 'none'",
    `script-src 'self' 'sha256-${createHash('sha256').update(inlineScript).digest('base64')}'`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types',
  ].join('; ');
const INLINE_SCRIPT = /<script type="module">(.*?)<\/script>/s;

/**
 * The page's files, read once and served from memory: `index.html` at `/`, the rest under `/page/`.
 *
 * @throws Error if the folder cannot be read, or holds no page
 */
export function pageRoutes(folder: string): Routes {
  const [, inlineScript = ''] = INLINE_SCRIPT.exec(readFileSync(join(folder, INDEX), 'utf8')) ?? [];
  const policy = policyFor(inlineScript);
  const names = readdirSync(folder).filter((name) => Object.hasOwn(TYPES, extname(name)));
  return Object.fromEntries(
    names.map((name) => {
      const found = fileOf(join(folder, name), policy);
      const { etag = '' } = found.headers ?? {};
      const unchanged: Answer = { ...found, status: 304, body: '' };
      const path = name === INDEX ? '/' : `/page/${name}`;
      return [path, { GET: ({ ifNoneMatch }) => (ifNoneMatch === etag ? unchanged : found) }];
    }),
  );
}

function fileOf(path: string, policy: string): Answer {
  const body = readFileSync(path);
  const headers = {
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    // Kept, but asked for each time: after an update no page is made of old and new files.
    'cache-control': 'no-cache',
    'content-security-policy': policy,
  };
  return { kind: 'answer', status: 200, type: TYPES[extname(path)] ?? '', body, headers };
}
