import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Decoded, decode, MAX_DEPTH, MAX_RECEIVED_BYTES } from '../../../src/wire/decode.ts';
import { encode } from '../../../src/wire/encode.ts';
import type { JsonObject, Message } from '../../../src/wire/message.ts';
import { anyBytes, anyJson, runs } from '../../parts/arbitraries.ts';

/** The hello of a plugin of 2015, as Python wrote it. */
const OLD_HELLO =
  '{"notify": false, "success": false, "name": "hello", "args": [], "kwargs": {}, "channels": [], "failure": false}';

const json = fc
  .jsonValue({ maxDepth: 4 })
  .filter((value) => !JSON.stringify(value).includes('"__proto__"'));
const message = fc.record({
  name: fc.string({ minLength: 1, maxLength: 64 }),
  args: fc.array(json, { maxLength: 3 }),
  kwargs: fc
    .dictionary(fc.string(), json, { maxKeys: 5 })
    .filter((kwargs) => !Object.hasOwn(kwargs, '__proto__')),
  success: fc.boolean(),
  failure: fc.boolean(),
  channels: fc.array(fc.string(), { maxLength: 3 }),
  notify: fc.boolean(),
  stamp: fc.option(
    fc.record({
      seq: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      boot: fc.string({ minLength: 1, maxLength: 16 }),
    }),
  ),
}) as fc.Arbitrary<Message>;

const read = (text: string): Decoded => decode(Buffer.from(text));
const problemOf = (bytes: Uint8Array) => {
  const decoded = decode(bytes);
  return decoded.kind === 'malformed' ? decoded.problem : null;
};

describe('decode', () => {
  test('reads the hello of a plugin of 2015', () => {
    expect(read(OLD_HELLO)).toEqual({
      kind: 'message',
      message: {
        ...{ name: 'hello', args: [], kwargs: {}, channels: [] },
        ...{ success: false, failure: false, notify: false, stamp: null },
      },
    });
  });

  test('gives back every message that was encoded', () => {
    fc.assert(
      fc.property(message, fc.option(fc.string({ minLength: 1 })), (given, secret) => {
        const bytes = Buffer.from(encode(given, secret));
        fc.pre(bytes.length <= MAX_RECEIVED_BYTES);
        // -0 is 0 in JSON.
        const message = { ...given, ...JSON.parse(JSON.stringify({ args: given.args })) };
        const kwargs = JSON.parse(JSON.stringify(given.kwargs)) as JsonObject;
        expect(decode(bytes)).toEqual({ kind: 'message', message: { ...message, kwargs } });
      }),
    );
  });

  test('never throws, whatever comes', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(['message', 'malformed']).toContain(decode(bytes).kind);
      }),
      runs(500),
    );
    fc.assert(
      fc.property(anyJson, anyJson, anyJson, (kwargs, args, name) => {
        const text = JSON.stringify({ name, kwargs, args });
        expect(['message', 'malformed']).toContain(read(text).kind);
      }),
      runs(300),
    );
  });

  test('survives the loss of any part of a datagram', () => {
    for (let length = 0; length < OLD_HELLO.length; length += 1) {
      expect(read(OLD_HELLO.slice(0, length)).kind).toBe('malformed');
    }
  });

  test.each([
    ['too-large', Buffer.alloc(MAX_RECEIVED_BYTES + 1, 0x20)],
    ['not-utf8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['not-utf8', Buffer.from('{"name":"\xe9"}', 'latin1')],
    ['too-deep', Buffer.from(`{"name":"x","args":${'['.repeat(MAX_DEPTH)}`)],
    ['too-deep', Buffer.from('['.repeat(MAX_RECEIVED_BYTES))],
    ['not-json', Buffer.from('')],
    ['not-json', Buffer.from('\ufeff{"name":"x"}')],
    ['not-json', Buffer.from('{"name":"x"} {}')],
    ['not-an-event', Buffer.from('null')],
    ['not-an-event', Buffer.from('["name"]')],
    ['not-an-event', Buffer.from('{"name":""}')],
    ['not-an-event', Buffer.from('{"name":7}')],
    ['not-an-event', Buffer.from(`{"name":"${'x'.repeat(129)}"}`)],
    ['not-an-event', Buffer.from('{"name":"x","args":{}}')],
    ['not-an-event', Buffer.from('{"name":"x","kwargs":[]}')],
    ['not-an-event', Buffer.from('{"name":"x","kwargs":null}')],
    ['not-an-event', Buffer.from('{"name":"x","channels":"docker"}')],
    ['not-an-event', Buffer.from('{"name":"x","channels":[1]}')],
    ['not-an-event', Buffer.from('{"name":"x","success":0}')],
    ['not-an-event', Buffer.from('{"name":"x","seq":1}')],
    ['not-an-event', Buffer.from('{"name":"x","seq":-1,"boot":"b"}')],
    ['not-an-event', Buffer.from('{"name":"x","seq":1.5,"boot":"b"}')],
    ['not-an-event', Buffer.from('{"name":"x","seq":1,"boot":""}')],
  ] as const)('says %s of %s', (problem, bytes) => {
    expect(problemOf(bytes)).toBe(problem);
  });

  test('reads brackets within texts as texts, however they are quoted', () => {
    const name = `\\"${'[{'.repeat(40)}`;
    expect(read(JSON.stringify({ name })).kind).toBe('message');
  });

  test('leaves prototypes alone, and drops what would change one when it is copied', () => {
    const text =
      '{"name":"x","__proto__":{"notify":true},"kwargs":{"__proto__":{"isAdmin":true},"a":{"__proto__":1,"b":2}}}';
    const decoded = read(text);
    const message = decoded.kind === 'message' ? decoded.message : null;
    expect(message?.notify).toBe(false);
    expect(message?.kwargs).toEqual({ a: { b: 2 } });
    expect(Object.keys(Object.assign({}, message?.kwargs))).toEqual(['a']);
    expect('isAdmin' in {}).toBe(false);
  });
});

describe('encode', () => {
  test('writes the members of 2015 and the stamp beside them', () => {
    const { stamp: _none, ...members } = {
      ...{ name: 'pull', args: [], kwargs: { id: 'bb:1' }, success: false, failure: false },
      ...{ channels: ['docker'], notify: false, stamp: null },
    };
    const text = encode({ ...members, stamp: { seq: 3, boot: 'b' } }, null);
    expect(JSON.parse(text)).toEqual({ ...members, seq: 3, boot: 'b' });
  });
});
