import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DockerSession } from '../../src/clients/docker-session.ts';
import { readListItems } from '../../src/clients/list-items.ts';
import { createDesire } from '../../src/desire/desire.ts';
import { ObserveError } from '../../src/errors.ts';
import type { ObservedContainer } from '../../src/model/container.ts';
import { parseContainerId } from '../../src/model/ids.ts';
import { parseVhost } from '../../src/model/vhost.ts';
import { createContainerObserver } from '../../src/observe/containers/containers.ts';
import { narrowInspection } from '../../src/observe/containers/inspection.ts';
import { createInspections } from '../../src/observe/containers/inspections.ts';
import { createNetworks } from '../../src/observe/containers/networks.ts';
import { createStops } from '../../src/observe/containers/stops.ts';
import { ENGINE_VERSIONS, HEALTH_IN_LIST, type Json, recorded } from '../fakes/recorded.ts';
import { anyJson, anyText, runs, spoil, spoilings } from '../parts/arbitraries.ts';
import { UNSAFE } from '../parts/hostile.ts';
import { DEFAULTS } from '../unit/desire/containers.ts';

const ENGINES = ENGINE_VERSIONS.map(recorded);
const lines = ENGINES.flatMap((engine) => [engine.line(41), engine.line(HEALTH_IN_LIST)]);
const inspections = ENGINES.map(({ inspect }) => inspect);

const env = fc.array(
  fc.oneof(
    fc
      .tuple(fc.constantFrom('VIRTUALHOST', 'ALIAS', 'PORT', 'VIRTUAL_HOST'), anyText)
      .map(([name, value]) => `${name}=${value}`),
    anyText,
  ),
);
const labels = fc.dictionary(
  fc.oneof(
    fc.constantFrom('autodock.host', 'autodock.port', 'autodock.weight', 'autodock.__proto__.host'),
    anyText.map((text) => `autodock.${text}`),
  ),
  anyText,
);
/** A recorded container that asks for hostile things. */
const asking = fc.tuple(fc.constantFrom(...inspections), env).map(([inspect, Env]) => ({
  ...inspect,
  Config: { ...(inspect.Config as Json), Env },
}));
const line = fc
  .tuple(fc.constantFrom(...lines), labels)
  .map(([one, Labels]) => ({ ...one, Labels }));
const spoilt = (of: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 1, arbitrary: of },
    { weight: 3, arbitrary: fc.tuple(of, spoilings).map(([value, by]) => spoil(value, by)) },
  );

async function observe(
  list: string,
  gated: string,
  inspection: unknown,
): Promise<readonly ObservedContainer[]> {
  const ask = createInspections({
    inspect: async () => {
      const read = narrowInspection(inspection as Record<string, unknown>);
      if (read === null) throw new Error('malformed reply');
      return read;
    },
    now: () => 0,
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
    onLate: () => undefined,
    longestRetryMs: 30_000,
  });
  const networks = createNetworks({
    read: async () => new Map(),
    now: () => 0,
    onLate: () => undefined,
    onDenied: () => undefined,
    longestRetryMs: 30_000,
  });
  const session: Pick<DockerSession, 'list' | 'timeAt'> = {
    timeAt: () => null,
    list: (onItem, filters) =>
      readListItems([Buffer.from(filters === undefined ? list : gated)], onItem),
  };
  const stops = createStops({
    state: ask.state,
    confirm: ask.confirm,
    stoppingMs: 300_000,
    now: () => 0,
    engineNow: () => null,
  });
  return createContainerObserver(ask, networks, stops).observe(session as DockerSession, {
    patienceMs: 250,
    isRouted: () => false,
    now: () => 0,
  });
}

test('a list of anything is refused as a whole, or read as containers that lead to sound routes', async () => {
  const cases = fc.record({
    list: fc.oneof(spoilt(fc.array(line, { maxLength: 4 })), fc.array(spoilt(line)), anyJson),
    gated: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, spoilt(fc.array(line)), anyJson),
    inspection: fc.oneof(spoilt(asking), fc.dictionary(anyText, anyJson)),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ list, gated, inspection }) => {
      const reading = observe(textOf(list), textOf(gated), inspection);
      const containers = await reading.catch((error: unknown) => {
        expect(error).toBeInstanceOf(ObserveError);
        return [];
      });
      expectSound(containers);
    }),
    runs(500),
  );
});

test('no beginning of a list is taken for the list', async () => {
  const text = JSON.stringify(lines);
  await fc.assert(
    fc.asyncProperty(fc.nat(text.length - 1), async (length) => {
      await expect(observe(text.slice(0, length), '[]', {})).rejects.toBeInstanceOf(ObserveError);
    }),
    runs(300),
  );
});

test('an inspection of anything is malformed, or an inspection with sound ports', () => {
  fc.assert(
    fc.property(fc.oneof(spoilt(asking), fc.dictionary(anyText, anyJson)), (reply) => {
      const isRecord = typeof reply === 'object' && reply !== null && !Array.isArray(reply);
      const read = isRecord ? narrowInspection(reply as Record<string, unknown>) : null;
      for (const port of read?.exposedPorts ?? []) expect(Number.isInteger(port)).toBe(true);
      for (const value of read?.env.values() ?? []) expect(value.length).toBeLessThan(65_537);
    }),
    runs(1_000),
  );
});

/** What was spoilt away is not JSON at all. */
function textOf(reply: unknown): string {
  return String(JSON.stringify(reply));
}

function expectSound(containers: readonly ObservedContainer[]): void {
  for (const { id } of containers) expect(parseContainerId(id)).toBe(id);
  const { frontends, verdicts } = createDesire()({
    workloads: containers,
    claimed: [],
    settings: DEFAULTS,
  });
  for (const [vhost, { backends, identifier }] of frontends) {
    expect(parseVhost(vhost)).toBe(vhost);
    expect(identifier).not.toMatch(UNSAFE);
    for (const { url } of backends) {
      const { protocol, port, pathname } = new URL(url);
      expect([protocol, pathname]).toEqual(['http:', '/']);
      expect(Number(port || 80)).toBeGreaterThan(0);
    }
  }
  for (const { rejections } of verdicts) {
    for (const { vhost, detail, remedy } of rejections) {
      expect(`${vhost} ${detail} ${remedy}`).not.toMatch(UNSAFE);
    }
  }
}
