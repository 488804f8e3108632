import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDockerFeed } from '../../../src/bus/docker-feed.ts';
import type { LineSignal } from '../../../src/trigger/line-stream.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function feed(enabled = true) {
  const told: string[] = [];
  let signal: (signal: LineSignal) => void = () => undefined;
  const made = createDockerFeed({
    openEvents: enabled ? () => Promise.reject(new Error('unused')) : null,
    startFeed: ({ onSignal }) => {
      told.push('open');
      signal = onSignal;
      return () => told.push('closed');
    },
    onEvent: ({ name }) => told.push(name),
    onLoss: () => told.push('loss'),
    log: pino({ level: 'silent' }),
    random: () => 0,
  });
  return { feed: made, told, signal: (of: LineSignal) => signal(of) };
}

test('opens once, settles when the engine answers, and closes', () => {
  const { feed: docker, told, signal } = feed();
  docker.open();
  docker.open();
  docker.whenSettled(() => told.push('settled'));
  signal({ kind: 'up' });
  signal({ kind: 'line', line: '{"Type":"image","Action":"pull","Actor":{"ID":"a"}}' });
  signal({ kind: 'line', line: 'rubbish' });
  docker.close();
  expect(told).toEqual(['open', 'settled', 'pull', 'loss', 'closed']);
  expect(docker.isSettled()).toBe(false);
});

test('tells of a loss when it is back, and not at its first opening', () => {
  const { feed: docker, told, signal } = feed();
  docker.open();
  signal({ kind: 'up' });
  signal({ kind: 'down', error: new Error('cut'), ended: true });
  signal({ kind: 'down', error: new Error('refused'), ended: true });
  expect(told).toEqual(['open']);
  signal({ kind: 'up' });
  expect(told).toEqual(['open', 'loss']);
});

test('keeps nobody waiting for a silent engine, and tells of a loss when that answers after all', () => {
  const { feed: docker, told, signal } = feed();
  docker.open();
  docker.whenSettled(() => told.push('settled'));
  vi.advanceTimersByTime(2_000);
  signal({ kind: 'up' });
  expect(told).toEqual(['open', 'settled', 'loss']);
});

test('is settled at once where events are switched off, and asks for none', () => {
  const { feed: docker, told } = feed(false);
  docker.open();
  docker.whenSettled(() => told.push('settled'));
  expect(told).toEqual(['settled']);
});

test('stays open for a while after the last one left, and for whoever comes meanwhile', () => {
  const { feed: docker, told } = feed();
  docker.open();
  docker.closeLater();
  vi.advanceTimersByTime(9_999);
  docker.open();
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(['open']);
  docker.closeLater();
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual(['open', 'closed']);
});
