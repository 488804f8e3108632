import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from '../../src/diff/decide.ts';
import { backendUrl } from '../../src/model/backend-url.ts';
import { compareText } from '../../src/model/compare.ts';
import type { Claim, DesiredBackend, ObservedFrontend } from '../../src/model/frontend.ts';
import type { Owner, ShortId } from '../../src/model/ids.ts';

const OWNERS = ['alpha', 'beta'] as unknown as readonly [Owner, Owner];
const WANTED = [1, 2, 3].map((n) => backendUrl(`10.0.0.${n}`, 80));
const FOREIGN = [...WANTED, 'http://10.0.0.1', 'http://10.0.0.2:80/', 'http://foreign:1'];
const ID = 'aaaaaaaaaaaa' as ShortId;

const backends = fc
  .dictionary(fc.constantFrom(...WANTED), fc.integer({ min: 1, max: 3 }), { maxKeys: 3 })
  .map((copies): readonly DesiredBackend[] =>
    WANTED.filter((url) => copies[url] !== undefined).map((url) => ({
      url,
      ids: Array<ShortId>(copies[url] ?? 0).fill(ID),
    })),
  );

/** A list in which every claimed copy stands, in any order among foreign ones. */
const frontend = fc
  .record({
    foreign: fc.array(fc.constantFrom(...FOREIGN), { maxLength: 4 }),
    claims: fc.tuple(backends, backends),
  })
  .chain(({ foreign, claims }) => {
    const owned = claims.flatMap((list) => list.flatMap(({ url, ids }) => ids.map(() => url)));
    return fc
      .shuffledSubarray([...foreign, ...owned], { minLength: foreign.length + owned.length })
      .map((entries): ObservedFrontend => {
        const list = { kind: 'list', identifier: 'app', entries } as const;
        const both = OWNERS.map((owner, n) => [owner, claimOf(claims[n] ?? [])] as const);
        return { vhost: 'a.local', list, claims: new Map(both) };
      });
  });

test('in whatever order two owners write, the same backends stand there', () => {
  fc.assert(
    fc.property(frontend, fc.tuple(backends, backends), (before, [alpha, beta]) => {
      const one = write(write(before, OWNERS[0], alpha), OWNERS[1], beta);
      const two = write(write(before, OWNERS[1], beta), OWNERS[0], alpha);

      expect(entriesOf(one)).toEqual(entriesOf(two));
      expect(one.claims).toEqual(two.claims);
    }),
    { numRuns: 2_000 },
  );
});

test('an owner that leaves takes what it brought, and nothing else', () => {
  fc.assert(
    fc.property(frontend, backends, (before, wanted) => {
      const alone = write(before, OWNERS[0], []);
      const left = write(write(alone, OWNERS[0], wanted), OWNERS[0], []);

      const adopted = new Set<string>(wanted.map(({ url }) => url));
      const isOthers = (url: string): boolean => !adopted.has(plain(url));
      expect(entriesOf(left).filter(isOthers)).toEqual(entriesOf(alone).filter(isOthers));
      expect(left.claims.get(OWNERS[1])).toEqual(before.claims.get(OWNERS[1]));
    }),
    { numRuns: 2_000 },
  );
});

function write(
  observed: ObservedFrontend,
  owner: Owner,
  wanted: readonly DesiredBackend[],
): ObservedFrontend {
  const { vhost } = observed;
  const order = { vhost, identifier: 'app', backends: wanted, asked: false };
  const { list, claim } = decide(observed, order, { owner, now: 0, holdMs: 0 }, new Set());
  const claims = new Map(observed.claims);
  if (claim === null || claim === 'held-now') claims.delete(owner);
  else claims.set(owner, claim);
  const after = list === null ? { kind: 'absent' as const } : { kind: 'list' as const, ...list };
  return { vhost, list: after, claims: new Map([...claims].sort(([a], [b]) => compareText(a, b))) };
}

function claimOf(list: readonly DesiredBackend[]): Claim {
  return { backends: new Map(list.map(({ url, ids }) => [url, ids])), heldSince: null };
}

function entriesOf({ list }: ObservedFrontend): readonly string[] {
  return list.kind === 'list' ? [...list.entries].sort(compareText) : [];
}

/** The wanted URL that an entry is a spelling of. */
function plain(url: string): string {
  const bare = url.replace(/\/$/, '');
  return /:\d+$/.test(bare) ? bare : `${bare}:80`;
}
