import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadScript } from '../../../src/clients/lua-script.ts';

/** A folder with these files; the URL of the first. */
function folderWith(files: Readonly<Record<string, string>>): URL {
  const folder = mkdtempSync(join(tmpdir(), 'autodock-lua-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return pathToFileURL(join(folder, Object.keys(files)[0] ?? ''));
}

describe('a script in parts', () => {
  test('has each part in the place where it is named first, and once', () => {
    const script = folderWith({
      'main.lua': '-- @include "b"\n-- @include "a"\nreturn b()\n',
      'a.lua': 'local function a() return 1 end\n',
      'b.lua': '-- @include "a"\nlocal function b() return a() end\n',
    });
    expect(loadScript(script).split('\n').filter(Boolean)).toEqual([
      'local function a() return 1 end',
      'local function b() return a() end',
      'return b()',
    ]);
  });

  test('that includes itself by way of others names the circle, and nothing but it', () => {
    const script = folderWith({
      'main.lua': '-- @include "a"\n',
      'a.lua': '-- @include "b"\n',
      'b.lua': '-- @include "a"\n',
    });
    expect(() => loadScript(script)).toThrow(
      'Lua scripts include each other: a.lua > b.lua > a.lua',
    );
  });

  test('that lacks a part names the file', () => {
    const script = folderWith({ 'main.lua': '-- @include "gone"\n' });
    expect(() => loadScript(script)).toThrow(/ENOENT.*gone\.lua/);
  });
});

describe('our scripts', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.lua'))
    .map((name) => join('src', name));

  test.each(files)('%s fits on two screens', (file) => {
    expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThanOrEqual(106);
  });

  test.each(files)('%s defines each function once, with all that it includes', (file) => {
    const script = loadScript(pathToFileURL(file));
    const names = [...script.matchAll(/^local function (\w+)/gm)].map(([, name]) => name);
    expect(names).toEqual([...new Set(names)]);
    expect(script).not.toContain('@include');
  });
});
