import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One import: the file that has it, and what it names. Paths are relative to the repository. */
export interface Import {
  readonly from: string;
  /** A file of the repository, or a package. */
  readonly to: string;
}

/** Where the repository is. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const CODE = ['.ts', '.mjs'];
const IMPORT = /(?:\bfrom|\bimport|\bimport\()\s*(['"])([a-z.@][^'"\s]*)\1/g;

/** Every file below these folders that may import others, and every import of theirs, types included. */
export function readImports(...folders: readonly string[]): {
  readonly files: readonly string[];
  readonly imports: readonly Import[];
} {
  const files = folders.flatMap(filesBelow).filter((file) => CODE.includes(extname(file)));
  return { files, imports: files.flatMap(importsOf) };
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length));
}

function importsOf(from: string): readonly Import[] {
  const text = readFileSync(join(ROOT, from), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, , named = '']) => ({
    from,
    to: named.startsWith('.') ? normalize(join(dirname(from), named)) : named,
  }));
}
