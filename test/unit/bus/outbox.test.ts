import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createOutbox } from '../../../src/bus/outbox.ts';
import { createSubscribers } from '../../../src/bus/subscribers.ts';
import { openText } from '../../../src/bus/wire/encode.ts';
import { EVERYTHING } from '../../../src/bus/wire/filter.ts';
import { messageOf } from '../../../src/bus/wire/message.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const event = { name: 'pull', datagram: openText(messageOf('pull', ['docker'], {})) };

function outbox(plugins: number) {
  const subscribers = createSubscribers({ max: 64, ttlMs: 1_000, now: () => 0 });
  for (let port = 1; port <= plugins; port += 1) {
    subscribers.hello({ address: '::1', port }, { filter: EVERYTHING, ttlMs: null });
  }
  const sent: { readonly port: number; readonly seq: number }[] = [];
  let dropped = 0;
  const box = createOutbox({
    subscribers,
    send: (text, { port }) => sent.push({ port, seq: JSON.parse(text).seq }),
    onDropped: (datagrams) => {
      dropped += datagrams;
    },
    boot: 'b',
    secret: null,
  });
  return { box, sent, dropped: () => dropped };
}

it('sends nothing while it is called, and one event in each turn', () => {
  const { box, sent } = outbox(2);
  box.put(event);
  box.put(event);
  expect(sent).toEqual([]);
  vi.advanceTimersToNextTimer();
  expect(sent.map(({ port }) => port)).toEqual([1, 2]);
  vi.advanceTimersToNextTimer();
  expect(sent.map(({ seq }) => seq)).toEqual([1, 1, 2, 2]);
  expect(vi.getTimerCount()).toBe(0);
});

it('drops what comes beyond a thousand events, counts it for each subscriber, and shows the gap', () => {
  const { box, sent, dropped } = outbox(2);
  for (let time = 0; time < 1_030; time += 1) box.put(event);
  vi.runAllTimers();
  expect(dropped()).toBe(12);
  expect(sent.length).toBe(2 * 1_024);
  expect(sent.at(-1)?.seq).toBe(1_030);
});

it('keeps nothing for nobody', () => {
  const { box } = outbox(0);
  box.put(event);
  expect(vi.getTimerCount()).toBe(0);
});

it('says nothing any more once it is cleared', () => {
  const { box, sent } = outbox(1);
  box.put(event);
  box.clear();
  vi.runAllTimers();
  expect(sent).toEqual([]);
});
