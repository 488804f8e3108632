import { expect, test } from 'vitest';
import type { RedisCommand } from '../../../src/clients/redis.ts';
import type { Owner } from '../../../src/model/ids.ts';
import { keysWithPrefix } from '../../../src/model/keys.ts';
import { orderPrefixes, readOrdersText } from '../../../src/survey/orders.ts';

const KEYS = keysWithPrefix('');
const ME = 'me' as Owner;
const FIELDS = new Map([
  [KEYS.off, ['shop.test', '{"since":2}']],
  [KEYS.drain(ME), ['0123456789ab', '{"since":1}', 'no id of a container', '{}']],
]);

test.each([
  [null, 1, '0123456789ab {"since":1}\nshop.test {"since":2}'],
  ['7', 1, '0123456789ab {"since":1}\nlook 7\nshop.test {"since":2}'],
  [null, 0, '0123456789ab {"since":1}\nemptied\nshop.test {"since":2}'],
])(
  'what people ordered, fronts asked for and became of the own record is one text, and costs one round trip: %s, %s',
  async (wishes, records, text) => {
    const asked: (readonly RedisCommand[])[] = [];
    const read = async (commands: readonly RedisCommand[]) => {
      asked.push(commands);
      return commands.map(([name, key]) => {
        if (name === 'exists') return records;
        return name === 'hmget' ? [wishes] : ['0', FIELDS.get(String(key)) ?? []];
      });
    };
    expect(await readOrdersText({ read }, KEYS, ME)).toBe(text);
    expect(asked).toHaveLength(1);
  },
);

test('what Redis is asked to tell of are the keys that are read, and of whichever owner they are', () => {
  expect(orderPrefixes(keysWithPrefix('p:'), false)).toEqual([
    'p:autodock:drain:',
    'p:autodock:off',
    'p:autodock:front:',
  ]);
  expect(orderPrefixes(KEYS, true)).toEqual([
    ...orderPrefixes(KEYS, false),
    ...['autodock:seats', 'autodock:services'],
  ]);
});
