import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, readImports } from './imports.ts';

const { files } = readImports('src');

/** What a file calls its types, and whether others may know them. */
function* typesIn(
  file: string,
): Generator<readonly [name: string, file: string, isKnown: boolean]> {
  const text = readFileSync(join(ROOT, file), 'utf8');
  for (const [, exported, name = ''] of text.matchAll(
    /^(export )?(?:type|interface|class) (\w+)/gm,
  )) {
    yield [name, file, exported !== undefined];
  }
}

test('a type that other files may import has a name that means nothing else', () => {
  const types = files.flatMap((file) => [...typesIn(file)]);
  const known = new Set(types.flatMap(([name, , isKnown]) => (isKnown ? [name] : [])));
  const several = [...known]
    .map((name) => [name, ...types.flatMap(([other, file]) => (other === name ? [file] : []))])
    .filter(({ length }) => length > 2);
  expect(several).toEqual([]);
});
