import { describe, expect, test } from 'vitest';
import { explainHost } from '../../../src/explain/host.ts';
import { asking, shortOf } from '../desire/containers.ts';
import { claim, OTHER, OWNER, observed } from '../diff/world.ts';
import { factsOf } from './facts.ts';

const HELLO = asking(2, 'hello.local');
const URL = 'http://172.17.0.2:80';
const MINE = { [OWNER]: claim({ [URL]: [shortOf(2)] }) };
const ROUTED = observed('hello.local', [URL], MINE);

describe('a host', () => {
  test('without any fault comes without advice', () => {
    const { advice } = explainHost(
      factsOf({ containers: [HELLO], frontends: [ROUTED] }),
      'hello.local',
    );
    expect(advice).toEqual([]);
  });

  test('is looked up as the front does it, to the end where nothing answers', () => {
    const { lookup } = explainHost(factsOf({}), 'a.b.c');
    expect(lookup.map(({ vhost }) => vhost)).toEqual(['a.b.c', '*.b.c', '*.c', '*']);
  });

  test('is shown slot by slot with owner, container and mark', () => {
    const entries = ['http://10.0.0.9:80', URL, 'http://10.0.0.8:80'];
    const claims = { ...MINE, [OTHER]: claim({ 'http://10.0.0.8:80': ['abcabcabcabc'] }) };
    const world = {
      containers: [HELLO],
      frontends: [observed('hello.local', entries, claims)],
      marks: { 'hello.local': { members: ['2', 'x'], expiresInMs: 500 } },
    };
    const view = explainHost(factsOf(world), 'hello.local');
    expect(
      view.slots.map(({ slot, owner, engine, names, dead }) => [slot, owner, engine, names, dead]),
    ).toEqual([
      [0, 'foreign', null, [], false],
      [1, 'self', 'here', ['c2'], false],
      [2, 'other', 'there', [], true],
    ]);
    expect(view.deadExpiresInMs).toBe(500);
  });

  test('suggests names near it, but never the wildcard that answers', () => {
    const world = { frontends: [observed('hello.local', [URL]), observed('*.llo.local', [URL])] };
    expect(explainHost(factsOf(world), 'hallo.local').similar).toEqual([
      'hello.local',
      '*.llo.local',
    ]);
    expect(explainHost(factsOf(world), 'e.llo.local').similar).not.toContain('*.llo.local');
  });
});
