import { setTimeout as pause } from 'node:timers/promises';
import { ConfigError, type ErrorCode, ObserveError } from '../../errors.ts';
import { explainHost } from '../../explain/host.ts';
import { readHost } from '../../explain/host-name.ts';
import { keysWithPrefix } from '../../model/keys.ts';
import type { Wiring } from '../../pass/clients.ts';
import { withWiring } from '../../pass/with-wiring.ts';
import { isRouted } from '../../survey/read-redis.ts';
import { survey } from '../../survey/survey.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print, type TextStream } from '../output.ts';
import { problemLine } from '../problem.ts';
import { durationText, plain } from '../show/words.ts';
import { askFront, type FrontSaid } from './ask-front.ts';
import { badHost } from './bad-host.ts';
import { notedFailures } from './noted-failures.ts';
import { timeoutMsOf, WAITS } from './timeout.ts';

/** What the command line says. */
export interface WaitOptions {
  readonly timeout?: string;
}

const AWAY: ReadonlySet<ErrorCode> = new Set(['redis-unreachable', 'redis-timeout']);
const LOOK_MS = 100;
const DEFAULT_FRONTS: readonly string[] = ['127.0.0.1:80'];
/** The front answers so where no backend does; a backend that does is not ready. */
const NO_ANSWER: ReadonlySet<number> = new Set([400, 502, 503, 504, 508]);

/** Waits until a host is routed and answers through a front. */
export function wait(
  text: string,
  { timeout = WAITS }: WaitOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const timeoutMs = timeoutMsOf(timeout);
  const reading = readHost(text);
  if (reading.kind === 'bad') throw badHost(text, reading);
  if (reading.kind !== 'host') {
    throw new ConfigError('config', `${plain(text)} is answered by the front itself`);
  }
  if (reading.host.startsWith('*')) {
    const remedy = 'Write a host that it answers for, e.g. hello.example.com';
    throw new ConfigError('config', `no request names the wildcard ${plain(text)}. ${remedy}.`);
  }
  const { config, stdout, stderr } = surroundings;
  const { addresses } = config.front;
  const fronts = addresses.length === 0 ? DEFAULT_FRONTS : addresses;
  return withWiring(surroundings, 'read', async (wiring): Promise<ExitCode> => {
    const { host, order } = reading;
    const keys = keysWithPrefix(config.redis.keyPrefix);
    const deadline = performance.now() + timeoutMs;
    const isListed = patiently(() => isRouted(wiring.redis, keys, order), stdout);
    for (;;) {
      const said = await askAll(fronts, host, deadline);
      const answer = said.find(isAnswer);
      // A backend's own 404 is an answer, and the front's is not: the list tells which it was.
      if (answer !== undefined && (await isListed())) {
        await print(stdout, `${plain(host)} is routed: ${answer.what}.\n`);
        return 0;
      }
      if (performance.now() >= deadline) {
        stderr.write(problemLine(await reasonOf(host, said, timeoutMs, [wiring, surroundings])));
        return 1;
      }
      await pause(LOOK_MS);
    }
  });
}

/** A Redis that cannot be reached now may be a moment later: told once, and no. */
function patiently(look: () => Promise<boolean>, stdout: TextStream): () => Promise<boolean> {
  let told = '';
  return async () => {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof ObserveError && AWAY.has(error.code))) throw error;
      if (error.message !== told) stdout.write(`Waiting: ${error.message}.\n`);
      told = error.message;
      return false;
    }
  };
}

function askAll(
  fronts: readonly string[],
  host: string,
  until: number,
): Promise<readonly FrontSaid[]> {
  return Promise.all(fronts.map((address) => askFront(address, host, until)));
}

function isAnswer({ status }: FrontSaid): boolean {
  return status !== null && !NO_ANSWER.has(status);
}

async function reasonOf(
  host: string,
  said: readonly FrontSaid[],
  timeoutMs: number,
  [wiring, { config }]: readonly [Wiring, Surroundings],
): Promise<string> {
  const facts = await survey(wiring, config);
  const { status, advice } = explainHost(facts, host, await notedFailures(host, facts, wiring));
  const fronts = said.map(({ what }) => what).join(', ');
  const reason = [`${status.code ?? 'unknown'}: ${status.why}`, ...advice].join(' ');
  return `${plain(host)} does not answer after ${durationText(timeoutMs)} (${fronts}). ${reason}`;
}
