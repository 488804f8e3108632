import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LATEST_TIME, parseClaim } from '../../../src/model/claim-text.ts';
import { entries } from './arbitrary.ts';
import { useScriptPart } from './part.ts';

const LONGEST_LIST = 6;
const OWNERS = ['alpha', 'beta', 'me'] as const;

const part = useScriptPart(
  'observe',
  `
  local world = { prefix = 'p-', owner = input.owner, longestList = input.longestList }
  world.latestTime = input.latestTime
  observeClaims(world, 'p-autodock:owners', { 'b.local', 'a.local' })
  local job, fault = observe(world, 2, 'a.local')
  if fault then return cjson.encode({ key = fault[1], problem = fault[2] }) end
  local slots = {}
  for slot in pairs(job.marked) do slots[#slots + 1] = slot end
  table.sort(slots)
  return cjson.encode({
    lists = '[' .. list(job.before) .. ',' .. list(job.entries) .. ',' .. list(slots) .. ']',
    counts = job.counts, others = job.others,
    othersHold = job.othersHold, mine = job.mine and job.mine.copies or cjson.null,
    had = job.had or cjson.null,
  })`,
);

const A = 'http://10.0.0.1:80';
const claim = fc.constantFrom(
  ...[null, null, `{"${A}":["a","b"]}`, `{"${A}":["a"],"http://foreign:1":["b"]}`, '{"held":5}'],
  ...['{}', 'malformed', 'wrong type'],
);
const list = fc.oneof(
  { weight: 4, arbitrary: entries.map((urls) => ['id', ...urls]) },
  fc.constantFrom([], 'wrong type' as const),
);

test('the script sees of a vhost what stands there, or names the key that nobody can read', async () => {
  const claims = fc.record({ alpha: claim, beta: claim, me: claim });
  const owner = fc.constantFrom('me', undefined);
  await fc.assert(
    fc.asyncProperty(list, claims, owner, async (before, texts, self) => {
      await arrange(before, texts);
      const limits = { longestList: LONGEST_LIST, latestTime: LATEST_TIME };
      const { lists, ...rest } = (await part.run({ owner: self, ...limits })) as { lists?: string };
      const seen = lists === undefined ? rest : { lists: JSON.parse(lists), ...rest };
      expect(seen).toEqual(expected(before, texts, self));
    }),
    { numRuns: 500 },
  );
});

type List = readonly string[] | 'wrong type';
type Texts = Readonly<Record<(typeof OWNERS)[number], string | null>>;

async function arrange(before: List, texts: Texts): Promise<void> {
  const pipeline = part.client().pipeline().flushall().sadd('p-dead:a.local', '1', '4', 'x');
  if (before === 'wrong type') pipeline.set('p-frontend:a.local', 'a string');
  else if (before.length > 0) pipeline.rpush('p-frontend:a.local', ...before);
  for (const [n, name] of OWNERS.entries()) {
    pipeline.zadd('p-autodock:owners', n, name);
    const text = texts[name];
    if (text === 'wrong type') pipeline.set(`p-autodock:owner:${name}`, 'a string');
    else if (text !== null) pipeline.hset(`p-autodock:owner:${name}`, 'a.local', text);
  }
  await pipeline.exec();
}

function expected(before: List, texts: Texts, self: string | undefined): unknown {
  const key = 'p-frontend:a.local';
  if (before === 'wrong type') return { key, problem: 'holds a value of type string, not a list' };
  if (before.length > LONGEST_LIST + 1) {
    return { key, problem: `holds more than ${LONGEST_LIST} backends` };
  }
  const claims = OWNERS.map((name) => ({
    name,
    text: texts[name],
    claim: parseClaim(texts[name] ?? '{}'),
  }));
  const unreadable = claims.find((one) => one.claim === 'malformed');
  if (unreadable !== undefined) {
    const problem = 'its field a.local is not a claim that autodock can read';
    return { key: `p-autodock:owner:${unreadable.name}`, problem };
  }
  const others = claims.filter(({ name }) => name !== self).map((one) => one.claim);
  return {
    lists: [before, before.slice(1), [1, 4]],
    counts: countsOf(before.slice(1)),
    others: countsOf(others.flatMap(copiesOf)),
    othersHold: others.some((one) => one !== 'malformed' && one.heldSince !== null),
    mine: self === undefined ? null : countsOf(copiesOf(parseClaim(texts.me ?? '{}'))),
    had: self === undefined ? null : texts.me,
  };
}

function copiesOf(one: ReturnType<typeof parseClaim>): readonly string[] {
  return one === 'malformed' ? [] : [...one.backends].flatMap(([url, ids]) => ids.map(() => url));
}

function countsOf(texts: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...new Set(texts)].map((text) => [text, texts.filter((other) => other === text).length]),
  );
}
