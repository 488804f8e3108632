import { expect, test } from 'vitest';
import { type AdmissionOptions, admit } from '../../../src/bus/admission.ts';
import { createStrangers } from '../../../src/bus/strangers.ts';
import { createSubscribers } from '../../../src/bus/subscribers.ts';
import { encode } from '../../../src/wire/encode.ts';
import { EVERYTHING } from '../../../src/wire/filter.ts';
import { type JsonObject, makeMessage } from '../../../src/wire/message.ts';

const PEER = { address: '10.0.0.1', port: 7 };
const hello = (kwargs: JsonObject = {}, secret: string | null = null) =>
  Buffer.from(encode(makeMessage('hello', [], kwargs), secret));

function door(options: Partial<AdmissionOptions> = {}) {
  const subscribers = createSubscribers({ max: 64, ttlMs: 1_000, now: () => 0 });
  const always = () => true;
  const whole = { subscribers, strangers: always, secret: null, isFresh: always, ...options };
  return {
    subscribers,
    admit: (bytes: Buffer, peer = PEER) => {
      const admission = admit(whole, bytes, peer);
      return admission.kind === 'refused' ? admission.reason : admission.kind;
    },
  };
}

test('lets a hello in, but none from port 0, which nobody can answer', () => {
  const { admit: at } = door();
  expect(at(hello())).toBe('message');
  expect(at(hello(), { ...PEER, port: 0 })).toBe('unanswerable');
});

test('does not charge a plugin for what comes unsigned in its name', () => {
  const { admit: at, subscribers } = door({ secret: 'secret' });
  subscribers.hello(PEER, { filter: EVERYTHING, ttlMs: null });
  for (let n = 0; n < 500; n += 1) expect(at(hello())).toBe('unsigned');
  expect(at(hello({ time: 1, nonce: '12345678' }, 'secret'))).toBe('message');
});

test('lets others in while one address floods', () => {
  const { admit: at } = door({ strangers: createStrangers(() => 0) });
  for (let n = 0; n < 500; n += 1) at(hello());
  expect(at(hello())).toBe('too-often');
  expect(at(hello(), { ...PEER, address: '10.0.0.2' })).toBe('message');
});
