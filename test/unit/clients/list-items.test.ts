import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readListItems } from '../../../src/clients/list-items.ts';

type Reading = { readonly items: readonly unknown[] } | { readonly problem: string };

/** What is read of a text that comes in chunks of a size. */
async function read(text: string, chunkSize = Math.max(1, text.length)): Promise<Reading> {
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkSize) {
    chunks.push(bytes.subarray(at, at + chunkSize));
  }
  const items: unknown[] = [];
  const onItem = (item: Buffer) => isJson(item.toString()) && items.push(parse(item)) > 0;
  try {
    await readListItems(chunks, onItem);
    return { items };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function parse(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString());
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** As engines tell containers; texts and lists within them may look like the list itself. */
const inner = fc.array(fc.record({ Id: fc.string(), More: fc.jsonValue() }), { maxLength: 3 });
const text = fc.oneof(fc.string(), fc.constantFrom('},{"Id":"', '"},{"Id":"', ']', '\\', '\\"'));
const item = fc.oneof(
  { weight: 5, arbitrary: fc.record({ Id: text, Labels: fc.dictionary(text, text) }) },
  { weight: 1, arbitrary: fc.record({ Id: text, Inner: inner }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const list = fc.array(item, { maxLength: 6 });
const chunkSize = fc.integer({ min: 1, max: 60 });

describe('the items of a list', () => {
  test('are those of any JSON list, in whatever chunks it comes', async () => {
    await fc.assert(
      fc.asyncProperty(list, fc.nat(2), chunkSize, async (any, space, size) => {
        const json = ` ${JSON.stringify(any, null, space)}\n`;
        expect(await read(json, size)).toEqual({ items: JSON.parse(json) as unknown });
      }),
      { numRuns: 1_000 },
    );
  });

  test('are read only of a text that is a JSON list', async () => {
    const change = fc.tuple(fc.nat(), fc.nat(9), fc.string({ maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(list, change, chunkSize, async (any, [place, length, other], size) => {
        const json = JSON.stringify(any);
        const at = place % json.length;
        const spoilt = json.slice(0, at) + other + json.slice(at + length);
        const isList = isJson(spoilt) && Array.isArray(JSON.parse(spoilt));
        expect('items' in (await read(spoilt, size))).toBe(isList);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    '',
    ' ',
    '\0[]',
    '[]\0',
    'null',
    '{}',
    '<html></html>',
    '[',
    '[{}',
    '[{}}',
    '[]]',
    '[1,]',
    '[] []',
    '[,]',
  ])('cannot be read from %o, which is told', async (none) => {
    for (const size of [Math.max(1, none.length), 1]) {
      expect(await read(none, size)).toEqual({
        problem: expect.stringMatching(/malformed reply \(\d+ bytes that are not a list\)/),
      });
    }
  });

  test('come as they stand there, one by one, as soon as they are whole', async () => {
    const told: string[] = [];
    async function* body() {
      yield Buffer.from('[{"Id":"a" },{"Id":"b"');
      expect(told).toEqual(['{"Id":"a" }']);
      yield Buffer.from(',"x":1},{"Id":"c"}]');
    }
    await readListItems(body(), (bytes) => told.push(bytes.toString()) > 0);
    expect(told).toEqual(['{"Id":"a" }', '{"Id":"b","x":1}', '{"Id":"c"}']);
  });

  test('are read no further when the listener throws', async () => {
    let isLeft = false;
    async function* body() {
      try {
        yield Buffer.from('[{"Id":"a"},{"Id":"b"}');
        yield Buffer.from(']');
      } finally {
        isLeft = true;
      }
    }
    const reading = readListItems(body(), () => {
      throw new Error('enough');
    });
    await expect(reading).rejects.toThrow('enough');
    expect(isLeft).toBe(true);
  });
});
