import { element } from './dom.ts';
import { clock, span } from './words.ts';

/**
 * For how long something lasts, or how long ago it was, which goes on by itself.
 *
 * @param at ISO time
 * @param word what follows it; empty: nothing
 */
export function agoOf(at: string, word: string): HTMLElement {
  const then = new Date(at);
  const time = element(
    'time',
    { datetime: at, title: clock(then), 'data-since': String(then.getTime()) },
    ` ${span(Date.now() - then.getTime())}`,
  );
  return element('span', {}, time, word === '' ? null : ` ${word}`);
}
