import fc from 'fast-check';
import { HOSTILE } from './hostile.ts';

/**
 * How a fuzz test runs: so many runs in `npm test`, `FUZZ_TIMES` times as many by hand, and with
 * `FUZZ_SEED` the schedule that a failure printed.
 */
export function runs(numRuns: number): fc.Parameters<unknown> {
  const seed = process.env.FUZZ_SEED;
  return {
    numRuns: Math.ceil(numRuns * Number(process.env.FUZZ_TIMES ?? 1)),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  };
}

/** Any text: what broke outputs before, any characters, and long runs of one of them. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 8, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 8, arbitrary: fc.string({ unit: 'grapheme' }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('a', '.', '[', '{"a":', '\u0000', 'é', '-', '*', '%'), fc.nat(20_000))
      .map(([unit, times]) => unit.repeat(times)),
  },
);

export const anyBytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  anyText.map((text) => Buffer.from(text)),
);

/** Any JSON, with the names that objects of this language have already. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(null, {}, [], [[]], 0, -1, 1e300, '', true),
  anyText,
  fc.dictionary(fc.constantFrom('__proto__', 'constructor', 'toString', 'a'), fc.jsonValue()),
);

/** Where to spoil a value, and by what; `undefined` takes the part away. */
export interface Spoiling {
  readonly path: readonly number[];
  readonly by: unknown;
}

export const spoilings: fc.Arbitrary<readonly Spoiling[]> = fc.array(
  fc.record({
    path: fc.array(fc.nat(50), { minLength: 1, maxLength: 6 }),
    by: fc.oneof(
      { weight: 1, arbitrary: fc.constant(undefined) },
      { weight: 4, arbitrary: anyJson },
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

/** A copy of a value with parts of it spoilt: the path's numbers choose among the members of each level. */
export function spoil(value: unknown, [first, ...rest]: readonly Spoiling[]): unknown {
  return first === undefined ? value : spoil(spoilAt(value, first.path, first.by), rest);
}

function spoilAt(value: unknown, [choice, ...deeper]: readonly number[], by: unknown): unknown {
  if (choice === undefined || typeof value !== 'object' || value === null) return by;
  const members = Object.entries(value);
  if (members.length === 0) return by;
  const index = choice % members.length;
  const spoilt = members
    .map(([key, part], n) => [key, n === index ? spoilAt(part, deeper, by) : part] as const)
    .filter(([, part]) => part !== undefined);
  return Array.isArray(value) ? spoilt.map(([, part]) => part) : Object.fromEntries(spoilt);
}
