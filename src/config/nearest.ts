import { compareText } from '../model/compare.ts';

/** A word further away than this share of its length is another word, not a slip. */
const SLIP = 0.5;

/** Names of which less than this share differs are worth a suggestion among many. */
const NEAR = 0.25;

/** Comparing costs the product of both lengths, and no name of ours is nearly as long. */
const COMPARED_CHARACTERS = 100;

/** The candidate with the fewest edits (insert, delete, replace) from `word`; the first of equals. */
export function nearest(word: string, candidates: readonly string[]): string {
  const start = word.slice(0, COMPARED_CHARACTERS);
  const ranked = candidates.map((candidate) => ({
    candidate,
    edits: editDistance(start, candidate),
  }));
  return ranked.reduce((best, next) => (next.edits < best.edits ? next : best)).candidate;
}

/** ` (did you mean ...?)` if a candidate is near enough, else nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  if (word.length > COMPARED_CHARACTERS) return '';
  const candidate = nearest(word, candidates);
  return editDistance(word, candidate) <= SLIP * word.length ? ` (did you mean ${candidate}?)` : '';
}

/** Candidates that could have been meant by `word`, the nearest first, without `word` itself. */
export function similar(
  word: string,
  candidates: Iterable<string>,
  limit: number,
): readonly string[] {
  const most = Math.max(1, Math.floor(word.length * NEAR));
  return [...new Set(candidates)]
    .filter((text) => text !== word && Math.abs(text.length - word.length) <= most)
    .map((text) => ({ text, edits: editDistance(word, text) }))
    .filter(({ edits }) => edits <= most)
    .sort((a, b) => a.edits - b.edits || compareText(a.text, b.text))
    .slice(0, limit)
    .map(({ text }) => text);
}

/** Levenshtein's distance, one row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = at(row, column) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, at(row, column + 1) + 1, at(next, column) + 1));
    }
    row = next;
  }
  return at(row, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
