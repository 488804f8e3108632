import { expect } from 'vitest';
import { explainHost } from '../../../src/explain/host.ts';
import { asking, container, shortOf } from '../desire/containers.ts';
import { claim, OWNER, observed } from '../diff/world.ts';
import { factsOf, NOW, type World } from './facts.ts';

/** A container that asks for `hello.local`. */
export const HELLO = asking(2, 'hello.local');

/** One that nearly does. */
export const NEAR = container(2, { env: { VIRTUAL_HOST: 'hello.local' } });

/** The URL of either. */
export const URL = 'http://172.17.0.2:80';

/** The route of {@link HELLO}. */
export const ROUTED = observed('hello.local', [URL], {
  [OWNER]: claim({ [URL]: [shortOf(2)] }),
});

/** Our controller passed long ago. */
export const GONE_QUIET = [{ owner: OWNER, lastSignAt: NOW - 100_000 }];

/** What is asked for in which world, the status that the front answers (null: not known), and what is advised. */
export type Case = readonly [
  name: string,
  host: string,
  world: World,
  code: number | null,
  text: RegExp,
];

/** Expects that the host of a case is explained as it says. */
export function expectExplained(...[, host, world, code, text]: Case): void {
  const { status, advice } = explainHost(factsOf(world), host);
  expect(status.code).toBe(code);
  expect([status.why, ...advice].join(' ')).toMatch(text);
}
