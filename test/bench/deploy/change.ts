import { setTimeout as sleep } from 'node:timers/promises';
import { START_MS } from './app.ts';
import type { Outcome, Stage } from './stage.ts';
import type { Subject } from './subjects.ts';

/** One row of the table: what is changed under traffic. */
export interface Change {
  readonly what: string;
  readonly aim: Aim;
  readonly replicas: number;
  readonly abrupt?: boolean;
  /** `AUTODOCK_VERSIONS` of the host, as its label. */
  readonly versions?: 'newest';
  /** Only for subjects of which this is so. Default: for all. */
  readonly needs?: (subject: Subject) => boolean;
  readonly happen: (stage: Stage) => Promise<void>;
}

/** What is wanted of the outcome. */
export interface Aim {
  readonly text: string;
  readonly isMet: (outcome: Outcome) => boolean;
}

/** How much longer than the application is away a request may take. */
const BEYOND_MS = 300;
const SHORT_MS = 100;
const IN_FLIGHT = 3;

/** Nothing fails. */
export const NONE: Aim = { text: '0 failed', isMet: ({ failed }) => failed === 0 };

/** Whoever waits does so for the application itself. */
export const ALONE: Aim = {
  text: `0 failed, slowest at most ${BEYOND_MS} ms more than away`,
  isMet: ({ failed, slowestMs, awayMs }) => {
    return failed === 0 && awayMs !== null && slowestMs <= awayMs + BEYOND_MS;
  },
};

/** Others serve meanwhile; what everybody waits for is the machine. */
export const NO_WAIT: Aim = {
  text: `0 failed, slowest at most ${SHORT_MS} ms, or that more than of an untouched host`,
  isMet: ({ failed, slowestMs, untouchedMs }) =>
    failed === 0 && slowestMs <= SHORT_MS + untouchedMs,
};

/** What a killed backend had in its hands may be lost. */
export const FEW: Aim = {
  text: `at most ${IN_FLIGHT} failed, those in flight`,
  isMet: ({ failed, ofTheDying }) => failed <= IN_FLIGHT && failed === ofTheDying,
};

/** An application that refuses at its signal takes along what waits to be accepted. */
export const NOT_ACCEPTED: Aim = {
  text: 'those that it had not accepted',
  isMet: ({ failed, ofTheDying }) => failed === ofTheDying,
};

/** One version at a time. */
export const NEVER_MIXED: Aim = {
  text: '0 failed, none of the old version after the first of the new one',
  isMet: ({ failed, oldAfterNew }) => failed === 0 && oldAfterNew === 0,
};

/** What an application takes to serve after it was started, with room for a busy machine. */
export const SERVES_MS = START_MS + 1_500;

/** Whether it is one of our builds. */
export const isOurs = ({ system }: Subject): boolean => system !== null;

/** Whether it is this build: others may not know the command. */
export const isThisBuild = ({ build, system }: Subject): boolean => {
  return system !== null && build === null;
};

/** Has Compose make the application anew, as its settings have changed. */
export async function recreate(stage: Stage): Promise<void> {
  await stage.become({ version: '2' });
  await sleep(SERVES_MS);
}
