import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { admit } from '../../src/bus/admission.ts';
import { createSubscribers } from '../../src/bus/subscribers.ts';
import { encode } from '../../src/wire/encode.ts';
import { subscriptionOf } from '../../src/wire/hello.ts';
import { makeMessage } from '../../src/wire/message.ts';
import { anyBytes, anyJson, anyText, runs } from '../parts/arbitraries.ts';
import { BUS_ON, busPortOf, OLD_HELLO, openBusClient, subscribe } from '../parts/bus-client.ts';
import { residentMib } from '../parts/controller.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import type { RedisPart } from '../parts/redis.ts';
import { type MonitoredCommand, monitorRedis } from '../parts/redis-monitor.ts';
import { past, waitFor, waitUntil } from '../parts/wait-for.ts';

const FLOOD = 100_000;
/** Longer than passes follow an event: on a busy machine they are further apart than a second. */
const SETTLE_MS = 11_000;
const SOME = 5_000;
const GROWTH_MIB = 40;

/** Truncated, huge, deep, no UTF-8, with names that pollute prototypes; none of them a hello. */
const hostile: fc.Arbitrary<Buffer> = fc.oneof(
  anyBytes,
  fc.tuple(fc.constantFrom('bye', 'x', '__proto__', 'HELLO'), anyJson).map(([name, kwargs]) => {
    return Buffer.from(`{"name":${JSON.stringify(name)},"kwargs":${JSON.stringify(kwargs)}}`);
  }),
  fc.nat(OLD_HELLO.length - 1).map((length) => Buffer.from(OLD_HELLO.slice(0, length))),
  fc.tuple(fc.nat(OLD_HELLO.length - 1), fc.integer({ min: 128, max: 255 })).map(([at, byte]) => {
    const bytes = Buffer.from(OLD_HELLO);
    bytes[at] = byte;
    return bytes;
  }),
  fc.integer({ min: 1, max: 30_000 }).map((depth) => Buffer.from('{"a":['.repeat(depth / 6))),
  fc.constantFrom(
    Buffer.alloc(0),
    Buffer.alloc(65_507, 0x22),
    Buffer.from('{"__proto__":{"name":"hello"}}'),
    Buffer.from('{"constructor":{"prototype":{"name":"hello"}},"name":"x"}'),
    Buffer.from(`{"name":"hello","kwargs":{"events":["${'*a'.repeat(31)}"],"ttlMs":-1}}`),
  ),
);

/** Datagrams of the kit with other contents. */
const spoiltHello = fc
  .record({ events: anyJson, ttlMs: anyJson, time: anyJson, nonce: anyJson, more: anyJson })
  .map((kwargs) => Buffer.from(encode(makeMessage('hello', [], kwargs as never), null)));

test('S2: whatever is said to the bus is judged without an error, and leaves nothing behind', () => {
  const peer = { address: '127.0.0.1', port: 1 };
  const subscribers = createSubscribers({ max: 1, ttlMs: 1_000, now: () => 0 });
  const always = () => true;
  const of = (secret: string | null) => ({
    subscribers,
    strangers: always,
    secret,
    isFresh: always,
  });
  fc.assert(
    fc.property(fc.oneof(hostile, spoiltHello), anyText, (bytes, secret) => {
      const open = admit(of(null), bytes, peer);
      if (open.kind === 'message') subscriptionOf(open.message);
      expect(admit(of(secret === '' ? 'x' : secret), bytes, peer).kind).not.toBe('message');
      expect(subscribers.size).toBe(0);
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
    runs(FLOOD / 10),
  );
});

test('S2: a hundred thousand hostile datagrams get no answer, reach nothing, and cost no memory', async () => {
  // No pass and no heartbeat falls into the flood.
  const env = { ...BUS_ON, AUTODOCK_RESYNC_INTERVAL: '10m', AUTODOCK_LEASE: '1h' };
  const { controller, redis, run } = await openFakeSystem({ env });
  run('kept.test');
  const port = await busPortOf(controller);
  const [friend, stranger] = [await openBusClient(port), await openBusClient(port)];
  await subscribe(friend, { events: ['route_*'] });
  const corpus = fc.sample(hostile, { ...runs(SOME), numRuns: SOME }) as Buffer[];
  const flood = async (datagrams: number) => {
    for (let sent = 0; sent < datagrams; sent += 1) {
      stranger.send(corpus[sent % corpus.length] ?? '');
      if (sent % 50 === 0) await turn();
    }
  };
  // Whatever grows once, and the passes that follow a start, come before.
  await flood(FLOOD / 5);
  await waitFor('the passes to have settled', async () => {
    const { passes } = await controller.api<{ passes: number }>('status');
    await past(SETTLE_MS);
    expect((await controller.api<{ passes: number }>('status')).passes).toBe(passes);
  });
  const before = await controller.metrics();
  const [keys, memory] = [await redis.client.keys('*'), residentMib(controller.pid)];
  const asked = await commandsOf(redis);

  await flood(FLOOD);
  await waitUntil('what came to have been counted', async () => {
    const now = await controller.metrics();
    const of = (result: string) => now.value('autodock_bus_events_total', { result });
    return of('refused') + of('malformed') > before.value('autodock_bus_events_total') + SOME;
  });

  expect(stranger.heard).toEqual([]);
  const after = await controller.metrics();
  expect(after.value('autodock_reconcile_total')).toBe(before.value('autodock_reconcile_total'));
  // Whether anything is to be drained, a front asks for a look, or all is gone, is looked at whatever comes.
  const commands = asked.map(({ words }) => words.join(' '));
  const usual =
    /^hscan autodock:(drain|off)|^hmget autodock:front:\S+ asked$|^exists autodock:engine:/;
  expect(commands.filter((command) => !usual.test(command))).toEqual([]);
  expect(await redis.client.keys('*')).toEqual(keys);
  expect(residentMib(controller.pid) - memory).toBeLessThan(GROWTH_MIB);
  console.info(
    `bus: ${after.value('autodock_bus_events_total', { result: 'refused' })} refused, ` +
      `${after.value('autodock_bus_events_total', { result: 'malformed' })} malformed, ` +
      `memory ${memory.toFixed(0)} to ${residentMib(controller.pid).toFixed(0)} MiB`,
  );
  // The bus is still there for whoever it knows.
  expect((await subscribe(friend, { events: ['route_*'] })).name).toBe('hello');
  expect(controller.logs.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
});

/** Everything that Redis is asked from now on, until the test ends. */
async function commandsOf({ socket }: RedisPart): Promise<readonly MonitoredCommand[]> {
  const { seen, close } = await monitorRedis(socket);
  onTestFinished(close);
  return seen;
}
