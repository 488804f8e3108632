import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createQuietLog } from '../../../src/bus/quiet-log.ts';

test('writes five lines of a kind in ten seconds, and then how many were held back', () => {
  const clock = { now: 0 };
  const lines: { msg: string; unsaid?: number }[] = [];
  const log = pino({}, { write: (line) => lines.push(JSON.parse(line)) });
  const quiet = createQuietLog(log, () => clock.now);
  for (let time = 0; time < 8; time += 1) quiet.say('warn', {}, 'Refused');
  quiet.say('info', {}, 'Subscribed');
  expect(lines.map(({ msg }) => msg)).toEqual([...Array(5).fill('Refused'), 'Subscribed']);
  clock.now = 10_000;
  quiet.say('warn', {}, 'Refused');
  quiet.say('warn', {}, 'Refused');
  expect(lines.slice(6).map(({ unsaid }) => unsaid)).toEqual([3, undefined]);
});
