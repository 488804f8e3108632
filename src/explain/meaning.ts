/** What a word may be taken for. */
export const MEANINGS = ['container', 'host'] as const;
/** One of {@link MEANINGS}. */
export type Meaning = (typeof MEANINGS)[number];
