import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createUnreadableWarning } from '../../../src/report/unreadable.ts';
import { container, unknown, unreadable } from '../desire/containers.ts';

function followed() {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  let now = 1_000;
  const tell = createUnreadableWarning(log, () => now);
  return {
    lines,
    after(ms: number, ...workloads: Parameters<typeof tell>[0]) {
      now += ms;
      tell(workloads);
    },
  };
}

test('names each container that stays unknown, once, with what to type, and says when all are read', () => {
  const { lines, after } = followed();
  after(0, container(1), unknown(2));
  after(9_000, container(1), unknown(2), unreadable(3));
  expect(lines, 'a new container is unknown for a moment').toEqual([]);

  after(1_000, container(1), unknown(2), unreadable(3));
  expect(lines).toMatchObject([
    {
      level: 40,
      unreadable: [{ name: 'c2', why: unknown(2).why }],
      remedy: expect.stringMatching(/^docker inspect/),
    },
  ]);
  after(9_000, container(1), unknown(2), unreadable(3));
  after(9_000, container(1), container(2), unreadable(3));
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatchObject({ level: 40, unreadable: [{ name: 'c3' }] });

  after(1_000, container(1), container(2), container(3));
  after(1_000, container(1));
  expect(lines.slice(2)).toMatchObject([{ level: 30 }]);
});

test('counts anew for one that was known meanwhile', () => {
  const { lines, after } = followed();
  after(0, unknown(1));
  after(8_000, container(1));
  after(8_000, unknown(1));
  after(8_000, unknown(1));
  expect(lines).toEqual([]);
});
