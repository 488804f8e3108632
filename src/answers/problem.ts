import { always, count, type Described, object, text } from './schema.ts';

/** What is sent instead of an answer: problem details (RFC 9457). */
export const problem = object('An error (RFC 9457).', {
  type: always('about:blank', 'Always this: the status says it all.'),
  title: text('What kind of error.'),
  status: count('The HTTP status.'),
  detail: text('What it was this time, and what to do.'),
});

/** What is answered in place of what was asked for. */
export type ProblemAnswer = Described<typeof problem>;
