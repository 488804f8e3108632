import { describe, expect, test } from 'vitest';
import { negotiate } from '../../../src/clients/docker-version.ts';

describe('negotiate', () => {
  test.each([
    ['Docker 20.10', '1.41', '1.12', '1.41'],
    ['Docker 26.1', '1.45', '1.24', '1.45'],
    ['Docker 28.5', '1.51', '1.24', '1.51'],
    ['Docker 29.7', '1.55', '1.40', '1.55'],
    ['a newer engine that still speaks ours', '1.70', '1.44', '1.55'],
    ['an engine that names no oldest', '1.41', undefined, '1.41'],
  ])('speaks the newest version that both know with %s', (_engine, newest, oldest, chosen) => {
    expect(negotiate(newest, oldest)).toBe(chosen);
  });

  test('names both ranges, and who must be updated, where they do not meet', () => {
    expect(() => negotiate('1.40', '1.12')).toThrow(
      'the engine speaks API versions 1.12 to 1.40, autodock 1.41 to 1.55: update the engine',
    );
    expect(() => negotiate('1.90', '1.60')).toThrow(
      '1.60 to 1.90, autodock 1.41 to 1.55: update autodock',
    );
  });

  test.each([undefined, null, '', '2.0', '1.x', 1.41])('refuses a version like %j', (newest) => {
    expect(() => negotiate(newest, '1.12')).toThrow('malformed reply');
  });
});
