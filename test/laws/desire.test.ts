import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDesire, type Desired } from '../../src/desire/desire.ts';
import type { KnownContainer, ObservedContainer } from '../../src/model/container.ts';
import type { Claim, WorkloadVerdict } from '../../src/model/frontend.ts';
import { parseVhost, readVhost } from '../../src/model/vhost.ts';
import { UNSAFE } from '../parts/hostile.ts';
import { container, DEFAULTS, desire } from '../unit/desire/containers.ts';
import { BAD, containers, GOOD, said } from './asking-containers.ts';

function claimsOf({ frontends }: Desired): ReadonlyMap<string, Claim> {
  return new Map(
    Array.from(frontends.values(), ({ vhost, backends }) => [
      vhost,
      { backends: new Map(backends.map(({ url, ids }) => [url, ids])), heldSince: null },
    ]),
  );
}

function verdictOn({ verdicts }: Desired, { id }: KnownContainer): WorkloadVerdict | undefined {
  return verdicts.find((verdict) => verdict.id === id);
}

function toUnknown({
  env: _,
  exposedPorts: __,
  staleAddresses: ___,
  ...line
}: KnownContainer): ObservedContainer {
  return { ...line, kind: 'unknown', why: 'its inspection is late' };
}

describe('desire', () => {
  test('does not depend on the order of the containers', () => {
    fc.assert(
      fc.property(
        containers.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          const [a, b] = [desire(all), desire(shuffled)];
          expect([...b.frontends]).toEqual([...a.frontends]);
          expect(b.verdicts).toEqual(a.verdicts);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('lets nothing out that is not a vhost, not a URL or not safe to print', () => {
    fc.assert(
      fc.property(containers, (all) => {
        const { frontends, verdicts } = desire(all);
        for (const { vhost, identifier, backends } of frontends.values()) {
          expect(parseVhost(vhost)).toBe(vhost);
          expect(parseVhost(identifier)).toBe(identifier);
          for (const { url, ids } of backends) {
            expect(url).toMatch(/^http:\/\/[0-9.]+:[1-9]\d*$/);
            expect(ids.length).toBeGreaterThanOrEqual(1);
            expect(ids.length).toBeLessThanOrEqual(100);
          }
        }
        for (const { rejections, hints } of verdicts) {
          const words = rejections.flatMap(({ vhost, detail, remedy }) => [vhost, detail, remedy]);
          expect(UNSAFE.exec([...words, ...hints].join(' '))).toBeNull();
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('decides about each container as if it were alone', () => {
    fc.assert(
      fc.property(containers, (all) => {
        const together = desire(all);
        for (const one of all) {
          if (!one.networkMode.startsWith('container:')) {
            expect(verdictOn(together, one)).toEqual(verdictOn(desire([one]), one));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('answers every vhost that is asked for with a route or a rejection, never both', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...GOOD, ...BAD)), said, (hosts, one) => {
        const asking = { ...one, env: { ...one.env, VIRTUALHOST: hosts.join(' '), ALIAS: '' } };
        fc.pre(one.state !== 'other' && Object.keys(one.labels).length === 0);
        const [verdict] = desire([container(1, asking)]).verdicts;
        const routed = verdict?.routes.map(({ vhost }) => String(vhost)) ?? [];
        const rejected = verdict?.rejections.map(({ vhost }) => vhost) ?? [];
        const isBad = (host: string): boolean => readVhost(host).kind === 'bad';
        const vhosts = new Set(hosts.filter((host) => !isBad(host)).map(parseVhost));
        expect(routed.length + rejected.length).toBe(vhosts.size + hosts.filter(isBad).length);
        expect(routed.filter((vhost) => rejected.includes(vhost))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('routes the same whatever bad vhosts stand beside', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...GOOD), { minLength: 1 }),
        fc.array(fc.constantFrom(...BAD)),
        (good, bad) => {
          const routes = (hosts: readonly string[]): unknown =>
            desire([container(1, { env: { VIRTUALHOST: hosts.join(' ') } })]).verdicts[0]?.routes;
          expect(routes([...bad, ...good])).toEqual(routes(good));
        },
      ),
    );
  });

  test('with its memo decides as without one, whatever was before', () => {
    fc.assert(
      fc.property(
        containers,
        fc.array(
          fc.array(
            fc.tuple(fc.nat(7), fc.constantFrom('keep', 'copy', 'drop', 'unknown', 'pause')),
          ),
        ),
        (all, passes) => {
          const remembering = createDesire();
          const claimed = claimsOf(desire(all));
          for (const pass of [[], ...passes, []]) {
            const now = pass.reduce<readonly ObservedContainer[]>(
              (list, [index, action]) => change(list, index, action),
              all,
            );
            const input = { workloads: now, claimed, settings: DEFAULTS };
            expect(remembering(input)).toEqual(createDesire()(input));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('changes no backend when containers become unknown', () => {
    fc.assert(
      fc.property(
        containers,
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        (all, late) => {
          const alone = all.filter(({ networkMode }) => networkMode === 'bridge');
          const known = desire(alone);
          const observed = alone.map((one, index) => (late[index] ? toUnknown(one) : one));
          const { frontends } = desire(observed, {}, claimsOf(known));
          for (const [vhost, { backends }] of known.frontends) {
            expect(frontends.get(vhost)?.backends ?? []).toEqual(backends);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function change(
  list: readonly ObservedContainer[],
  index: number,
  action: string,
): readonly ObservedContainer[] {
  return list.flatMap((one, at) => {
    if (at !== index || one.kind !== 'known') return [one];
    switch (action) {
      case 'copy':
        return [{ ...one }];
      case 'drop':
        return [];
      case 'unknown':
        return [toUnknown(one)];
      case 'pause':
        return [{ ...one, state: 'paused' as const }];
      default:
        return [one];
    }
  });
}
