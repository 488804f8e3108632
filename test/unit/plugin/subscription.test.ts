import { describe, expect, test } from 'vitest';
import { createSubscription, type Subscription } from '../../../src/plugin/subscription.ts';
import { HELLO, makeMessage } from '../../../src/wire/message.ts';

const BOOT = 'boot-1';

/** The daemon's answer; without an id it is an older daemon's. */
function answer(subscription: Subscription, nonce: string, seq: number, id?: number) {
  const stamp = { seq, boot: BOOT };
  const kwargs = id === undefined ? { nonce } : { nonce, subscription: id };
  return subscription.receive(makeMessage(HELLO, ['autodock'], kwargs, stamp), stamp);
}

function event(subscription: Subscription, seq: number) {
  const stamp = { seq, boot: BOOT };
  return subscription.receive(makeMessage('x_y', ['other'], {}, stamp), stamp);
}

const begun = (cause: string) => ({ kind: 'begun', cause, version: null });

describe('a subscription', () => {
  test.each([0, 3])('that the daemon forgot begins anew, after %i events', (last) => {
    const subscription = createSubscription();
    subscription.ask('first');
    expect(answer(subscription, 'first', 0, 1)).toEqual([begun('start')]);
    for (let seq = 1; seq <= last; seq += 1) event(subscription, seq);
    subscription.ask('lost');
    for (let seq = 1; seq <= last + 2; seq += 1) event(subscription, seq);
    subscription.ask('second');
    expect(answer(subscription, 'second', last + 2, 2)).toEqual([begun('disconnected')]);
  });

  test('goes on as long as the daemon calls it the same', () => {
    const subscription = createSubscription();
    subscription.ask('first');
    answer(subscription, 'first', 0, 7);
    event(subscription, 1);
    subscription.ask('second');
    expect(answer(subscription, 'second', 1, 7)).toEqual([]);
    expect(event(subscription, 2)).toHaveLength(1);
  });

  test('is not taken back by an answer that comes late', () => {
    const subscription = createSubscription();
    subscription.ask('first');
    answer(subscription, 'first', 0, 1);
    subscription.ask('late');
    subscription.ask('second');
    expect(answer(subscription, 'second', 0, 2)).toEqual([begun('disconnected')]);
    expect(answer(subscription, 'late', 0, 1)).toEqual([]);
  });

  test('of an older daemon begins anew when it counts from the start', () => {
    const subscription = createSubscription();
    subscription.ask('first');
    answer(subscription, 'first', 0);
    event(subscription, 1);
    subscription.ask('second');
    expect(answer(subscription, 'second', 1)).toEqual([]);
    subscription.ask('third');
    expect(answer(subscription, 'third', 0)).toEqual([begun('disconnected')]);
  });
});
