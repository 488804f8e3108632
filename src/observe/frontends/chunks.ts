/** Cuts a list into pieces of at most `size`. */
export function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const pieces = Math.ceil(items.length / size);
  return Array.from({ length: pieces }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
