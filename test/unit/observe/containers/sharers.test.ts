import { describe, expect, test } from 'vitest';
import type { ContainerLine } from '../../../../src/model/container.ts';
import type { ContainerId } from '../../../../src/model/ids.ts';
import type { InspectReply } from '../../../../src/observe/containers/inspection.ts';
import { createSharers } from '../../../../src/observe/containers/sharers.ts';
import { container, idOf, on } from '../../desire/containers.ts';

const SHARER = idOf(2);
const HOLDER = idOf(1);

/** Who was started when, and who was asked. */
function open(startedAt: Record<string, number | null | 'gone' | 'silent'>) {
  const asked: ContainerId[] = [];
  const hanging = new Set<ContainerId>();
  const sharers = createSharers({
    isHanging: (id) => hanging.has(id),
    confirm: async (id) => {
      asked.push(id);
      const at = startedAt[id] ?? null;
      if (at === 'gone') return 'gone';
      // Of an inspection the age is all that is looked at.
      return at === 'silent' ? null : ({ vitals: { startedAt: at } } as unknown as InspectReply);
    },
  });
  const look = async (lines: readonly ContainerLine[], now = 0) => {
    await Promise.all(sharers.ask(lines, now));
    return sharers.isOlder(SHARER);
  };
  return { asked, hanging, look, sharers, startedAt };
}

const sharer = container(2, { networkMode: `container:${HOLDER}`, addresses: [] });
const holder = (address = '172.17.0.1') => container(1, { addresses: [on('bridge', address)] });

describe('who shares a network', () => {
  test.each([
    ['was started after it', 5, 4, false],
    ['was started before it', 4, 5, true],
    ['is asked when nobody can tell', null, 5, false],
    ['has a holder that is gone', 4, 'gone', false],
    ['cannot be asked', 'silent', 5, 'unknown'],
  ] as const)('%s', async (_case, one, other, isOlder) => {
    const { look } = open({ [SHARER]: one, [HOLDER]: other });
    expect(await look([sharer, holder()])).toBe(isOlder);
  });

  test('is asked about once, until the holder has another network', async () => {
    const { look, asked, startedAt } = open({ [SHARER]: 5, [HOLDER]: 4 });
    const first = holder();
    await look([sharer, first]);
    expect(await look([sharer, first], 60_000)).toBe(false);
    expect(asked).toEqual([SHARER, HOLDER]);

    startedAt[HOLDER] = 6;
    expect(await look([sharer, holder()], 60_000)).toBe(true);
    expect(asked).toHaveLength(4);
  });

  test.each([
    ['its own', SHARER],
    ["the holder's", HOLDER],
  ])('is not waited for again while %s inspection hangs', (_whose, id) => {
    const { sharers, hanging } = open({ [SHARER]: 5, [HOLDER]: 4 });
    const lines = [sharer, holder()];
    expect(sharers.ask(lines, 0)).toHaveLength(1);
    hanging.add(id);
    expect(sharers.ask(lines, 0)).toHaveLength(0);
    expect(sharers.isOlder(SHARER)).toBe('unknown');
  });

  test('is asked again while it is older, as its own restart may not show', async () => {
    const { look, asked, startedAt } = open({ [SHARER]: 4, [HOLDER]: 5 });
    const first = holder();
    await look([sharer, first]);
    startedAt[SHARER] = 6;
    expect(await look([sharer, first], 9_999)).toBe(true);
    expect(asked).toHaveLength(2);
    expect(await look([sharer, first], 10_000)).toBe(false);
  });

  test('is forgotten when it is gone, and asked about anew when it is back', async () => {
    const { look, asked, startedAt } = open({ [SHARER]: 4, [HOLDER]: 5 });
    const first = holder();
    await look([sharer, first]);
    await look([first]);
    startedAt[SHARER] = 6;
    expect(await look([sharer, first])).toBe(false);
    expect(asked).toHaveLength(4);
  });

  test('is not asked about on the network of the host, or where the holder does not run', async () => {
    const { look, asked } = open({ [SHARER]: 4, [HOLDER]: 5 });
    expect(await look([sharer])).toBe(false);
    expect(await look([sharer, container(1, { networkMode: 'host' })])).toBe(false);
    expect(asked).toEqual([]);
  });

  test('is compared with whoever has the network, over several hops', async () => {
    const { look, asked } = open({ [SHARER]: 4, [HOLDER]: 5 });
    const middle = container(3, { networkMode: `container:${HOLDER}`, addresses: [] });
    const last = { ...sharer, networkMode: `container:${idOf(3)}` };
    expect(await look([last, middle, holder()])).toBe(true);
    expect(asked).toContain(HOLDER);
  });
});
