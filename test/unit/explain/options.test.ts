import { expect, test } from 'vitest';
import { optionsOf } from '../../../src/explain/options.ts';
import type { Owner } from '../../../src/model/ids.ts';

function told(texts: Readonly<Record<string, unknown>>) {
  const written = Object.entries(texts).map(([owner, value]): [Owner, string] => [
    owner as Owner,
    JSON.stringify(value),
  ]);
  return optionsOf({ options: new Map(written) });
}

test('what fronts do for a host is what the oldest container asks, word by word, whoever has it', () => {
  const a = { timeout: 10_000, idle: 60_000, since: { timeout: 2, idle: 1 } };
  const z = { timeout: 300_000, idle: 60_000, since: { timeout: 1, idle: 2 } };
  expect(told({ z, a })).toEqual([
    {
      label: 'autodock.timeout',
      value: '5m',
      owner: 'z',
      conflicts: [{ owner: 'a', value: '10s' }],
    },
    { label: 'autodock.idle', value: '1m', owner: 'a', conflicts: [] },
  ]);
});

test('of two that are equally old the owner that comes first is heard, as fronts do it', () => {
  const by = (timeout: number) => ({ timeout, since: { timeout: 1 } });
  expect(told({ b: by(1_000), a: by(2_000) })).toMatchObject([{ value: '2s', owner: 'a' }]);
});

test.each([
  'nothing',
  '[]',
  '{"timeout":"1s","since":{"timeout":1}}',
  '{"timeout":1000}',
  '{"scheme":"ftp","since":{"scheme":1}}',
  '{"timeout":0,"since":{"timeout":1}}',
])('%s asks for nothing', (text) => {
  expect(optionsOf({ options: new Map([['a' as Owner, text]]) })).toEqual([]);
});

test('nothing is asked where nobody asks', () => {
  expect(optionsOf({})).toEqual([]);
});
