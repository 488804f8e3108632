import { readFileSync } from 'node:fs';

const INCLUDE = /^-- @include "(.+)"$/gm;

/**
 * Reads a script for Redis. In the place of a line `-- @include "path"` stands that part: a path from the file that
 * names it, without `.lua`. A part that is named more than once stands where it is named first, as its functions are
 * local to the one script that comes out.
 *
 * @throws Error if a part cannot be read, or if parts include each other: then with the circle that they make
 */
export function loadScript(file: URL): string {
  return load(file, [], new Set());
}

function load(file: URL, within: readonly URL[], loaded: Set<string>): string {
  const path = [...within, file];
  const first = within.findIndex(({ href }) => href === file.href);
  if (first >= 0) {
    throw new Error(`Lua scripts include each other: ${path.slice(first).map(nameOf).join(' > ')}`);
  }
  if (loaded.has(file.href)) return '';
  loaded.add(file.href);
  const text = readFileSync(file, 'utf8');
  return text.replaceAll(INCLUDE, (_, part: string) =>
    load(new URL(`${part}.lua`, file), path, loaded),
  );
}

function nameOf({ pathname }: URL): string {
  return pathname.replace(/^.*\//, '');
}
