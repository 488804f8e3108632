import { ConfigError } from '../../errors.ts';
import type { PublishedContainer } from '../../explain/named.ts';
import { keysWithPrefix } from '../../model/keys.ts';
import type { Wiring } from '../../pass/clients.ts';
import { type DrainedPlace, drainContainers, placesOf, unseenScores } from '../../pass/drain.ts';
import { withWiring } from '../../pass/with-wiring.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print } from '../output.ts';
import { problemLine } from '../problem.ts';
import { confirm } from './ask.ts';
import { chosen, inWords } from './chosen.ts';
import { waitForDrain } from './drain-wait.ts';
import { timeoutMsOf, WAITS } from './timeout.ts';
import { whoAmI } from './who.ts';

/** What the command line says. */
export interface DrainOptions {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly wait?: boolean;
  readonly timeout?: string;
}

/** Drains containers by name, or all of one owner. */
export function drain(
  names: readonly string[],
  { all = false, yes = false, wait = false, timeout }: DrainOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  // What comes next in a script would come at once, while requests are on their way.
  if (timeout !== undefined && !wait) {
    throw new ConfigError('config', '--timeout says for how long --wait waits: write --wait, too');
  }
  const timeoutMs = timeoutMsOf(timeout ?? WAITS);
  return withWiring(surroundings, 'write', async (wiring): Promise<ExitCode> => {
    const containers = await chosen({ names, all }, wiring, surroundings);
    const fresh = containers.filter((one) => one.drain === null);
    await tellDrained(containers, surroundings);
    if (all && !(await isWanted(fresh, yes, surroundings))) return 1;
    const keys = keysWithPrefix(surroundings.config.redis.keyPrefix);
    const places = await placesOf(wiring.redis, keys, containers);
    await write(fresh, places, wiring, surroundings);
    if (!wait) return 0;
    const unseenAt = await unseenScores(wiring.redis, keys, containers);
    const before = containers.flatMap((one) => one.drain?.urls ?? []);
    const urls = [...new Set([...before, ...places.map(({ url }) => url)])];
    return waitForDrain({ targets: containers, urls, unseenAt }, timeoutMs, wiring, surroundings);
  });
}

async function tellDrained(
  containers: readonly PublishedContainer[],
  { stdout }: Surroundings,
): Promise<void> {
  if (containers.length === 0) await print(stdout, 'Nothing to drain: nothing asks for routes.\n');
  for (const one of containers) {
    if (one.drain !== null) await print(stdout, `${inWords(one)} is drained already.\n`);
  }
}

async function isWanted(
  fresh: readonly PublishedContainer[],
  yes: boolean,
  { stdin, stdout, stderr }: Surroundings,
): Promise<boolean> {
  if (fresh.length === 0) return true;
  const lines = fresh.map((one) => `  ${inWords(one)}\n`).join('');
  await print(stdout, `No more requests go to these ${fresh.length}:\n${lines}`);
  // A script means what it says, and can take it back.
  if (yes || stdin.isTTY !== true) return true;
  if (await confirm('Drain all of them?', { input: stdin, output: stderr })) return true;
  stderr.write(problemLine('nothing was drained'));
  return false;
}

async function write(
  targets: readonly PublishedContainer[],
  places: readonly DrainedPlace[],
  { redis }: Wiring,
  { config, stdout, stderr }: Surroundings,
): Promise<void> {
  if (targets.length === 0) return;
  const keys = keysWithPrefix(config.redis.keyPrefix);
  await drainContainers(redis, keys, { targets, places, by: whoAmI() });
  for (const one of targets) {
    await print(
      stdout,
      `${inWords(one)} is drained; its controller takes it out ${whenOut(one)}.\n`,
    );
  }
  for (const one of targets.filter(({ isLapsed }) => isLapsed)) {
    const problem = `the controller of ${inWords(one)} has given no sign of life for longer than its lease`;
    stderr.write(problemLine(`${problem}: until it does, requests go there as before`));
  }
}

function whenOut({ isLapsed, hasLease }: PublishedContainer): string {
  if (isLapsed) return 'once it is at work again';
  return hasLease ? 'within a second' : 'at its next pass, as it keeps no lease (autodock once)';
}
