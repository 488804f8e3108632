import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answer } from '../../../src/bus/answer.ts';
import { createOutbox } from '../../../src/bus/outbox.ts';
import { createSubscribers } from '../../../src/bus/subscribers.ts';
import { encode } from '../../../src/wire/encode.ts';
import { filterOf } from '../../../src/wire/filter.ts';
import { helloOf, subscriptionOf } from '../../../src/wire/hello.ts';

import { makeMessage } from '../../../src/wire/message.ts';

const PEER = { address: '127.0.0.1', port: 1 };

test('every hello of the kit is long enough for its answer, signed or not', () => {
  const glob = fc.string({ unit: fc.constantFrom('a', '_', '*'), minLength: 1, maxLength: 64 });
  const options = fc.record({
    events: fc.option(fc.array(glob, { minLength: 1, maxLength: 32 })),
    ttlMs: fc.integer({ min: 1, max: 86_400_000 }),
    time: fc.constant(1_795_797_111_321),
    nonce: fc.string({ unit: fc.constantFrom('a', '0'), minLength: 8, maxLength: 64 }),
  });
  const secrets = fc.constantFrom(null, 'secret');
  fc.assert(
    fc.property(options, secrets, (given, secret) => {
      const hello = helloOf(given);
      const subscription = subscriptionOf(hello);
      if (subscription === null) throw new Error('no subscription');
      const sent: string[] = [];
      const subscribers = createSubscribers({ max: 1, ttlMs: 86_400_000, now: () => 0 });
      const outbox = createOutbox({
        ...{ subscribers, secret, boot: 'f'.repeat(16), onDropped: () => undefined },
        send: (text) => sent.push(text),
      });
      subscribers.hello(PEER, subscription);
      const size = Buffer.byteLength(encode(hello, secret));
      answer({ version: '100.100.100', subscribers, outbox }, hello, PEER, size);
      expect(sent.length).toBe(1);
      expect(Buffer.byteLength(sent[0] ?? '')).toBeLessThanOrEqual(Math.min(size, 1_400));
      answer({ version: '1', subscribers, outbox }, hello, { ...PEER, port: 2 }, size);
      expect(sent.length).toBe(1);
    }),
  );
});

test('an answer lacks the patterns where it would be larger than its hello with them', () => {
  const sent: string[] = [];
  const subscribers = createSubscribers({ max: 1, ttlMs: 1_000, now: () => 0 });
  const send = (text: string) => sent.push(text);
  const outbox = createOutbox({
    ...{ subscribers, send, secret: null, boot: 'b', onDropped: () => undefined },
  });
  const hello = makeMessage('hello', [], { events: ['container_*'] });
  subscribers.hello(PEER, { filter: filterOf(['container_*']), ttlMs: null });
  const options = { version: '1', subscribers, outbox };
  answer(options, hello, PEER, 1_400);
  answer(options, hello, PEER, Buffer.byteLength(sent[0] ?? '') - 1);
  answer(options, hello, PEER, 100);
  const answers = sent.map((text) => JSON.parse(text).kwargs);
  expect(answers[0]).toEqual({
    version: '1',
    ttlMs: 1_000,
    subscription: 1,
    events: ['container_*'],
  });
  expect(answers.slice(1)).toEqual([{ version: '1', ttlMs: 1_000, subscription: 1 }]);
});
