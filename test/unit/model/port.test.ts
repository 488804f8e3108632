import { expect, test } from 'vitest';
import { parsePort } from '../../../src/model/port.ts';

test.each([
  ['1', 1],
  ['80', 80],
  ['65535', 65_535],
  ['0', null],
  ['65536', null],
  ['080', null],
  ['+80', null],
  ['8e1', null],
  ['0x50', null],
  [' 80', null],
  ['80\n', null],
  ['', null],
])('reads %j as a port or not at all', (text, port) => {
  expect(parsePort(text)).toBe(port);
});
