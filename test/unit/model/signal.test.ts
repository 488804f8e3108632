import { expect, test } from 'vitest';
import { parseSignal } from '../../../src/model/signal.ts';

test.each([
  ['9', 9],
  ['TERM', 15],
  ['SIGTERM', 15],
  ['sigquit', 3],
  ['WINCH', 28],
  ['SIGPOLL', 29],
  ['SYS', 31],
  ['RTMIN', 34],
  ['SIGRTMIN+3', 37],
  ['SIGRTMAX-1', 63],
  ['RTMAX', 64],
  ['', null],
  ['0', null],
  ['65', null],
  ['SIG', null],
  ['RTMIN-1', null],
  ['RTMIN+31', null],
  ['RTMAX-31', null],
  ['__proto__', null],
  ['15 ', null],
])('reads %j as %j', (text, number) => {
  expect(parseSignal(text)).toBe(number);
});
