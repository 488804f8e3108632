import fc from 'fast-check';

const WANTED = ['http://10.0.0.1:80', 'http://10.0.0.2:80', 'http://10.0.0.3:8080'] as const;

/** A backend as we write it. */
export const url = fc.constantFrom(...WANTED);

/** What may stand in a list: our URLs, the same ones in other spellings, and strangers'. */
export const entry = fc.constantFrom(
  ...WANTED,
  ...['http://10.0.0.1', 'http://10.0.0.1/', 'http://10.0.0.1:80/', 'http://10.0.0.2/'],
  ...['http://10.0.0.3:8080/', 'http://foreign:1', 'odd "text"'],
);

export const entries = fc.array(entry, { maxLength: 9 });

/** Copies by URL. */
export const counts = (text: fc.Arbitrary<string>) =>
  fc.dictionary(text, fc.integer({ min: 1, max: 3 }), { maxKeys: 4, noNullPrototype: true });

/** Slots that are marked dead. */
export const marked = fc.uniqueArray(fc.nat({ max: 9 }), { maxLength: 4 });
