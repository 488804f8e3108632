import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { arrowsOf, circlesOf } from './circles.ts';
import { type Import, ROOT, readImports } from './imports.ts';

const { files, imports } = readImports('src', 'test');
const isOfSource = (path: string) => path.startsWith('src/');

/** A folder of `src`, or a file that lies beside the folders: what has a wall. */
function roomOf(file: string): string {
  const folder = dirname(file);
  return folder === 'src' ? relative('src', file) : `${relative('src', folder)}/`;
}

interface Wall {
  readonly isPure: boolean;
  readonly mayImport: ReadonlySet<string>;
}

function* rowsOf(text: string): Generator<readonly [room: string, wall: Wall]> {
  for (const line of text.split('\n')) {
    const [, room, , kind, allowed] = line.split('|').map((cell) => cell.trim());
    const name = /^`(.*)`$/.exec(room ?? '')?.[1];
    if (name === undefined || (kind !== 'pure' && kind !== 'I/O')) continue;
    const mayImport = [...(allowed ?? '').matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
    yield [name, { isPure: kind === 'pure', mayImport: new Set(mayImport) }];
  }
}

/** What docs/develop.md says. */
const described = new Map(rowsOf(readFileSync(join(ROOT, 'docs/develop.md'), 'utf8')));

interface Override {
  readonly includes: readonly string[];
  readonly linter: {
    readonly rules: {
      readonly style: {
        readonly noRestrictedImports: {
          readonly options: { readonly patterns: readonly { readonly group: readonly string[] }[] };
        };
        readonly noRestrictedGlobals?: object;
      };
    };
  };
}

function wallOf({ includes: [glob = ''], linter }: Override): readonly [room: string, wall: Wall] {
  const { noRestrictedImports, noRestrictedGlobals } = linter.rules.style;
  const path = glob.replace(/\*\.ts$/, '');
  const here = path.endsWith('/') ? path : dirname(path);
  const group = noRestrictedImports.options.patterns.flatMap((pattern) => pattern.group);
  const mayImport = group
    .filter((pattern) => pattern.startsWith('!') && !['!./*', '!node:*/*'].includes(pattern))
    .map((pattern) => pattern.slice(1))
    .map((named) => (named.startsWith('.') ? relative('src', join(here, named)) : named))
    .map((named) => named.replace(/\/\*$/, ''));
  return [
    relative('src', path) + (path.endsWith('/') ? '/' : ''),
    { isPure: noRestrictedGlobals !== undefined, mayImport: new Set(mayImport) },
  ];
}

/** What the lint forbids. */
const walls = new Map(
  (
    JSON.parse(readFileSync(join(ROOT, 'biome.walls.json'), 'utf8')) as { overrides: Override[] }
  ).overrides // Each lets its own folder through, and begins with what forbids everything else.
    .map(wallOf),
);

function importedBy(room: string): ReadonlySet<string> {
  const named = imports
    .filter(({ from }) => isOfSource(from) && roomOf(from) === room)
    .map(({ to }) => (isOfSource(to) ? roomOf(to).replace(/\/$/, '') : to))
    .filter((to) => to !== room.replace(/\/$/, ''));
  const isPure = described.get(room)?.isPure === true;
  const words = named.map((to) => (to.startsWith('node:') && !isPure ? 'node:*' : to));
  return new Set(words);
}

const rooms = [...new Set(files.filter(isOfSource).map(roomOf))];

describe('the layout', () => {
  test('has at most eight files beside the folders of src', () => {
    expect(rooms.filter((room) => !room.endsWith('/')).length).toBeLessThanOrEqual(8);
  });

  test('is described in docs/develop.md: every folder, and no other', () => {
    expect(new Set(described.keys())).toEqual(new Set(rooms));
  });

  test('is what the lint keeps: the same walls as in docs/develop.md', () => {
    expect(Object.fromEntries(walls)).toEqual(Object.fromEntries(described));
  });

  test.each(rooms)('lets %s import what it needs, and nothing besides', (room) => {
    expect(described.get(room)?.mayImport).toEqual(importedBy(room));
  });

  test('knows nothing of the tests', () => {
    const isOutside = ({ from, to }: Import) => isOfSource(from) && to.startsWith('test/');
    expect(imports.filter(isOutside)).toEqual([]);
  });
});

describe('folders', () => {
  const pairsBy = (folderOf: (file: string) => string) =>
    arrowsOf(
      imports
        .filter(({ to }) => to.startsWith('src/') || to.startsWith('test/'))
        .map(({ from, to }) => [folderOf(from), folderOf(to)] as const),
    );
  // A file beside the folders is a room of its own.
  const folder = (file: string) => (dirname(file) === 'src' ? file : dirname(file));
  const shallow = (file: string) => folder(file).split('/').slice(0, 2).join('/');

  test('import one another in no circle, types included', () => {
    expect(circlesOf(pairsBy(folder))).toEqual([]);
  });

  test('do so in none either, each taken with the folders within it', () => {
    expect(circlesOf(pairsBy(shallow))).toEqual([]);
  });

  test('would be told of a circle', () => {
    const arrows = arrowsOf([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'b'],
      ['c', 'd'],
    ]);
    expect(circlesOf(arrows)).toEqual([['b', 'c']]);
  });
});
