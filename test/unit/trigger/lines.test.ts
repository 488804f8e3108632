import { describe, expect, test } from 'vitest';
import { lineSplitter } from '../../../src/trigger/lines.ts';

const MEGABYTE = 1_048_576;

describe('lineSplitter', () => {
  test('gives the same lines however the bytes are cut', () => {
    const bytes = Buffer.from('{"Action":"start"}\n{"Name":"größe 🐳"}\n\n{"Action":"die"}\n');
    const whole = lineSplitter()(bytes);
    const split = lineSplitter();
    const byByte = [...bytes].flatMap((byte) => [...split(Buffer.from([byte]))]);
    expect(whole).toEqual(['{"Action":"start"}', '{"Name":"größe 🐳"}', '{"Action":"die"}']);
    expect(byByte).toEqual(whole);
  });

  test('keeps an unfinished line until it is finished', () => {
    const split = lineSplitter();
    expect(split(Buffer.from('{"Action":'))).toEqual([]);
    expect(split(Buffer.from('"die"}\n{'))).toEqual(['{"Action":"die"}']);
  });

  test('drops a line over 1 MB, says so once, and reads on', () => {
    const split = lineSplitter();
    const told = [
      ...split(Buffer.alloc(MEGABYTE, 'x')),
      ...split(Buffer.alloc(MEGABYTE, 'x')),
      ...split(Buffer.from('x\n{"Action":"die"}\n')),
    ];
    expect(told).toEqual([null, '{"Action":"die"}']);
  });
});
