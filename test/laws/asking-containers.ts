import fc from 'fast-check';
import type { KnownContainer } from '../../src/model/container.ts';
import { HOSTILE } from '../parts/hostile.ts';
import { container, idOf, on } from '../unit/desire/containers.ts';

/** Vhosts, some of them not as they are written to Redis. */
export const GOOD = [
  'a.local',
  'b.local',
  'www.a.local',
  '*.a.local',
  '*',
  'bücher.local',
  'B.local.',
];
/** What is not a vhost. */
export const BAD = [
  'http://x',
  'x:80',
  'a..b',
  '-a',
  'a.*.b',
  '__ping__',
  'a\u200db',
  '0x7f.1',
  ':',
];

const item = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...GOOD) },
  { weight: 2, arbitrary: fc.constantFrom(...BAD, ...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);
const items = fc.array(item, { maxLength: 4 }).map((all) => all.join(', '));
const value = fc.oneof(fc.constantFrom('80', '81', '2', '100', '0', '', 'ignore', 'false'), item);

const env = fc.record(
  { VIRTUALHOST: items, ALIAS: items, PORT: value, VIRTUAL_HOST: items },
  { requiredKeys: [] },
);
const labels = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.dictionary(
      fc.constantFrom(
        ...[
          'host',
          'port',
          'weight',
          'health',
          'enable',
          'network',
          'x.host',
          'x.port',
          'x.weight',
        ].map((word) => `autodock.${word}`),
        'autodock.hosts',
        'autodock.__proto__.host',
      ),
      fc.oneof(items, value),
    ),
  },
);
/** What a container may say: good, bad and hostile. */
export const said = fc.record({
  env,
  labels,
  state: fc.constantFrom(
    'running',
    'running',
    'running',
    'stopping',
    'paused',
    'restarting',
    'other',
  ),
  health: fc.constantFrom('none', 'none', 'healthy', 'starting', 'unhealthy'),
  createdAt: fc.integer({ min: 1, max: 3 }),
  exposedPorts: fc.constantFrom([80], [80, 81], [3000], [3000, 9000], []),
} as const);

/** Up to eight containers, each on its own address, or now and then on the host's or another container's. */
export const containers = fc
  .array(
    fc.tuple(said, fc.constantFrom('bridge', 'bridge', 'bridge', 'host', 'container', 'none')),
    {
      maxLength: 8,
    },
  )
  .map((all) => all.map(([one, mode], index) => place(container(index + 1, one), mode)));

function place(one: KnownContainer, mode: string): KnownContainer {
  if (mode === 'bridge') return one;
  const networkMode = mode === 'container' ? `container:${idOf(1)}` : mode;
  const addresses = mode === 'container' ? [] : [on(mode, null)];
  return { ...one, networkMode, addresses };
}
