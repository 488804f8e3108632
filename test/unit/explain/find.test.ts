import { describe, expect, test } from 'vitest';
import { find } from '../../../src/explain/find.ts';
import type { Meaning } from '../../../src/explain/meaning.ts';
import { asking, container, idOf, shortOf } from '../desire/containers.ts';
import { observed } from '../diff/world.ts';
import { factsOf } from './facts.ts';

const FACTS = factsOf({
  containers: [
    asking(0xabc1, 'hello.local', { name: 'web' }),
    container(0xabc2, { name: 'hello.local' }),
    container(0xdef3, { name: 'db' }),
  ],
  frontends: [observed('written', ['http://10.0.0.1:80'])],
});

type Case = readonly [word: string, as: Meaning | null, kind: string, more: object];

const CASES: readonly Case[] = [
  ['web', null, 'container', { verdict: { name: 'web' }, isHost: false }],
  [idOf(0xdef3), null, 'container', { verdict: { name: 'db' } }],
  [shortOf(0xdef3), null, 'container', { verdict: { name: 'db' } }],
  ['hello.local', null, 'container', { verdict: { name: 'hello.local' }, isHost: true }],
  ['hello.local', 'host', 'host', {}],
  ['00000000def', null, 'container', { verdict: { name: 'db' } }],
  ['00000000abc', null, 'several', { names: ['hello.local', 'web'] }],
  ['written', null, 'host', {}],
  ['written', 'container', 'unknown', {}],
  ['no.such.host', null, 'host', {}],
  ['wbe', null, 'unknown', { similar: [] }],
  ['webb', null, 'unknown', { similar: ['web'] }],
  ['', null, 'unknown', {}],
];

describe('a word', () => {
  test.each(CASES)('"%s" as %s means: %s', (word, as, kind, more) => {
    expect(find(FACTS, word, as)).toMatchObject({ kind, ...more });
  });
});
