import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVENT_ACTIONS, readEventSummary } from '../../src/trigger/docker-event.ts';
import { lineSplitter } from '../../src/trigger/lines.ts';
import { recorded } from '../fakes/recorded.ts';
import { anyBytes, anyJson, anyText, runs, spoil, spoilings } from '../parts/arbitraries.ts';

const EVENTS = (['20.10', '26.1', '28.5', '29.7'] as const).flatMap((engine) =>
  Object.values(recorded(engine).events).flat(),
);
const line = fc.oneof(
  anyText,
  anyJson.map((value) => JSON.stringify(value)),
  fc
    .tuple(fc.constantFrom(...EVENTS), spoilings)
    .map(([event, by]) => String(JSON.stringify(spoil(event, by)))),
);

test('whatever a line of the stream says, it is one of the known actions', () => {
  fc.assert(
    fc.property(line, (text) => {
      expect(EVENT_ACTIONS).toContain(readEventSummary(text).action);
    }),
    runs(3_000),
  );
});

test('lines come out the same however the stream is cut into chunks', () => {
  const chunked = fc.tuple(fc.array(fc.oneof(anyBytes, line.map(Buffer.from))), fc.array(fc.nat()));
  fc.assert(
    fc.property(chunked, ([parts, cuts]) => {
      const bytes = Buffer.concat(parts.map((part) => Buffer.concat([part, Buffer.from('\n')])));
      const whole = lineSplitter()(bytes);
      const split = lineSplitter();
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length];
      const sorted = places.sort((a, b) => a - b);
      const pieces = sorted.slice(1).flatMap((to, n) => split(bytes.subarray(sorted[n], to)));
      expect(pieces).toEqual(whole);
    }),
    runs(500),
  );
});

test('a line that never ends is not kept', () => {
  const split = lineSplitter();
  const chunk = Buffer.alloc(1_048_576, 'x');
  const before = process.memoryUsage().heapUsed;

  for (let sent = 0; sent < 256; sent += 1) expect(split(chunk)).toEqual([]);

  expect(split(Buffer.from('\n{"Action":"start"}\n'))).toEqual([null, '{"Action":"start"}']);
  // 256 MB went in: what is kept of it would show.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(128 * 1_048_576);
});
