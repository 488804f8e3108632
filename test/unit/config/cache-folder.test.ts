import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cacheFolder } from '../../../src/config/cache-folder.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'autodock-home-'));
  vi.stubEnv('XDG_CACHE_HOME', undefined);
  vi.stubEnv('HOME', home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

test('the cache is in this user’s home, or where XDG says', () => {
  expect(cacheFolder()).toBe(join(home, '.cache', 'autodock'));
  vi.stubEnv('XDG_CACHE_HOME', join(home, 'is-not-there-yet'));
  expect(cacheFolder()).toBe(join(home, 'is-not-there-yet', 'autodock'));
});

test('there is no cache without a home', () => {
  vi.stubEnv('HOME', undefined);
  expect(cacheFolder()).toBeNull();
});

test('there is no cache in the home of somebody else, who could put there what is run', () => {
  // Whoever runs the tests without being root cannot give a folder away; the root of the system is then another's.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(home, 65_534, 65_534);
  else vi.stubEnv('HOME', '/');
  expect(cacheFolder()).toBeNull();
});
