/** A small seeded generator (mulberry32): the same seed gives the same steps everywhere. */
export interface Random {
  /** An integer from 0 to `below` - 1. */
  int(below: number): number;
  /** True in so many of a hundred cases. */
  percent(chance: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Some of the items, each once, in their order. */
  some<T>(items: readonly T[], most: number): readonly T[];
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(next() * below);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[int(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  return {
    int,
    pick,
    percent: (chance) => int(100) < chance,
    some(items, most) {
      const chosen = new Set(Array.from({ length: int(most + 1) }, () => pick(items)));
      return items.filter((item) => chosen.has(item));
    },
  };
}
