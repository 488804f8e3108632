import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { boundLog, openLog } from '../../../src/telemetry/bounded-log.ts';

const LINE = `${'x'.repeat(1023)}\n`;

/** A stream whose reader takes nothing until it is told to. */
function unread() {
  const taken: string[] = [];
  const waiting: (() => void)[] = [];
  let isOpen = false;
  const stream = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      taken.push(text);
      if (isOpen) done();
      else waiting.push(done);
    },
  });
  return {
    stream,
    taken,
    read() {
      isOpen = true;
      for (const done of waiting) done();
    },
  };
}

test('a stream that nobody reads keeps a megabyte, and what comes then is counted', () => {
  const { stream } = unread();
  const log = boundLog(stream, () => undefined);
  for (let n = 0; n < 5000; n += 1) log.write(LINE);
  expect(stream.writableLength).toBe(1024 * 1024);
  expect(log.lost()).toBe(5000 - 1024);
});

test('when it is read again the log says how many, once for each time', async () => {
  const { stream, taken, read } = unread();
  const { logger, lostLines } = await openLog({ level: 'info', format: 'json' }, stream);
  for (let n = 0; n < 5000; n += 1) logger.info(LINE);
  const lost = lostLines();
  expect(lost).toBeGreaterThan(3000);
  const drained = new Promise((resolve) => stream.once('drain', resolve));
  read();
  await drained;
  logger.info('after');
  const [told, after] = taken.slice(-2).map((line): unknown => JSON.parse(line));
  expect(told).toMatchObject({
    level: 'warn',
    lost,
    msg: 'Log lines are lost, as nobody read them',
  });
  expect(after).toMatchObject({ msg: 'after' });
  expect(taken).toHaveLength(5000 - lost + 2);
});
