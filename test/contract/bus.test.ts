import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { type Bus, openBus } from '../../src/bus/bus.ts';
import type { EndedPass } from '../../src/reconcile.ts';
import { waitFor } from '../parts/wait-for.ts';

async function open() {
  const lines: string[] = [];
  let streams = 0;
  const bus = await openBus({
    config: { host: '127.0.0.1', port: 0, ttlMs: 60_000, secret: null },
    ...{ version: '1', boot: 'b', openEvents: () => Promise.reject(new Error('unused')) },
    startFeed: () => {
      streams += 1;
      return () => undefined;
    },
    ...{ onResult: () => undefined, onSubscribers: () => undefined },
    log: pino({}, { write: (line: string) => lines.push(line) }),
    ...{ now: () => performance.now(), wallClock: Date.now, random: () => 0 },
  });
  return { bus, lines, streams: () => streams };
}

async function plugin(bus: Bus) {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return { hello: () => socket.send('{"name":"hello"}', bus.port, '127.0.0.1') };
}

test('a pass that it cannot tell of is logged, and harms nobody', async () => {
  const { bus, lines } = await open();
  onTestFinished(bus.close);
  const { hello } = await plugin(bus);
  await waitFor('the plugin to be subscribed', () => {
    hello();
    expect(bus.subscribers).toBe(1);
  });
  const ended = { result: 'applied', durationMs: 1, reasons: new Set(), pass: {}, before: null };
  bus.passEnded(ended as unknown as EndedPass);
  expect(lines.join('')).toContain('Plugin bus failed at a step');
});

test('hears nobody while it closes', async () => {
  const { bus, streams } = await open();
  const { hello } = await plugin(bus);
  hello();
  await waitFor('the plugin to be subscribed', () => expect(bus.subscribers).toBe(1));
  const closed = bus.close();
  hello();
  await closed;
  expect(streams()).toBe(1);
});
