import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createOutbox } from '../../../src/bus/outbox.ts';
import { createSubscribers } from '../../../src/bus/subscribers.ts';
import { openText } from '../../../src/wire/encode.ts';
import { EVERYTHING, filterOf } from '../../../src/wire/filter.ts';
import { makeMessage } from '../../../src/wire/message.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const event = { name: 'pull', datagram: openText(makeMessage('pull', ['docker'], {})) };

function outbox(plugins: number) {
  const subscribers = createSubscribers({ max: 64, ttlMs: 1_000, now: () => 0 });
  for (let port = 1; port <= plugins; port += 1) {
    subscribers.hello({ address: '::1', port }, { filter: EVERYTHING, ttlMs: null });
  }
  const sent: { readonly port: number; readonly seq: number; readonly serial: unknown }[] = [];
  let dropped = 0;
  const box = createOutbox({
    subscribers,
    send: (text, { port }) => {
      const { seq, kwargs } = JSON.parse(text);
      sent.push({ port, seq, serial: kwargs.serial });
    },
    onDropped: (datagrams) => {
      dropped += datagrams;
    },
    boot: 'b',
    secret: null,
  });
  return { box, subscribers, sent, dropped: () => dropped };
}

test('sends nothing while it is called, and one event in each turn', () => {
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

test('drops what comes beyond a thousand events, counts it for each subscriber, and shows the gap', () => {
  const { box, sent, dropped } = outbox(2);
  for (let time = 0; time < 1_030; time += 1) box.put(event);
  vi.runAllTimers();
  expect(dropped()).toBe(12);
  expect(sent.length).toBe(2 * 1_024);
  expect(sent.at(-1)?.seq).toBe(1_030);
});

test('keeps nothing for nobody', () => {
  const { box } = outbox(0);
  box.put(event);
  expect(vi.getTimerCount()).toBe(0);
});

test('says nothing any more once it is cleared', () => {
  const { box, sent } = outbox(1);
  box.put(event);
  box.clear();
  vi.runAllTimers();
  expect(sent).toEqual([]);
});

type Deed = 'pull' | 'die' | 'lose' | 'turn';

/** Two plugins, one of which wants `pull` alone, and what each is to be told, in order. */
function observedOutbox() {
  const { box, sent, subscribers } = outbox(1);
  const some = { filter: filterOf(['p*']), ttlMs: null };
  subscribers.hello({ address: '::1', port: 2 }, some);
  const [all, pulls]: readonly [string[], string[]] = [[], []];
  let serial = 0;
  const put = (name: string) => {
    serial += 1;
    box.put({ name, datagram: openText(makeMessage(name, [], { serial })) });
    all.push(String(serial));
    if (name === 'pull') pulls.push(String(serial));
  };
  const lose = () => {
    // Of several that wait behind each other one is enough.
    const isSaid = all.at(-1) === 'lose' && vi.getTimerCount() > 0;
    box.lose();
    if (!isSaid) for (const told of [all, pulls]) told.push('lose');
  };
  const perform = (deed: Deed) => {
    if (deed === 'lose') lose();
    else if (deed !== 'turn') put(deed);
    else if (vi.getTimerCount() > 0) vi.advanceTimersToNextTimer();
  };
  return { perform, sent, subscribers, told: [all, pulls] };
}

test('numbers everything in the order in which it came, whatever is dropped or lost between', () => {
  const deeds = fc.record({
    deed: fc.constantFrom<Deed>('pull', 'die', 'lose', 'turn'),
    times: fc.oneof(fc.constant(1), fc.nat(700)),
  });
  fc.assert(
    fc.property(fc.array(deeds, { maxLength: 20 }), (all) => {
      const { perform, sent, subscribers, told } = observedOutbox();
      for (const { deed, times } of all) for (let n = 0; n < times; n += 1) perform(deed);
      vi.runAllTimers();
      for (const { port, seq, serial } of sent) {
        expect(told[port - 1]?.[seq - 1]).toBe(String(serial));
      }
      expect(subscribers.all().map(({ seq }) => seq)).toEqual(told.map(({ length }) => length));
    }),
    { numRuns: 50 },
  );
});
