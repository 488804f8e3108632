import { setTimeout as pause } from 'node:timers/promises';
import { ConfigError } from '../../errors.ts';
import { explainHost } from '../../explain/host.ts';
import { readHost } from '../../explain/host-name.ts';
import { keysWithPrefix } from '../../model/keys.ts';
import type { Wiring } from '../../pass/clients.ts';
import { withWiring } from '../../pass/with-wiring.ts';
import { isRouted } from '../../survey/read-redis.ts';
import { survey } from '../../survey/survey.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print } from '../output.ts';
import { problemLine } from '../problem.ts';
import { durationText, plain } from '../show/words.ts';
import { askFront, type FrontSaid } from './ask-front.ts';
import { badHost } from './bad-host.ts';
import { timeoutMsOf, WAITS } from './timeout.ts';

/** What the command line says. */
export interface WaitOptions {
  readonly timeout?: string;
}

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
    for (;;) {
      const said = await askAll(fronts, host, deadline);
      const answer = said.find(isAnswer);
      // A backend's own 404 is an answer, and the front's is not: the list tells which it was.
      if (answer !== undefined && (await isRouted(wiring.redis, keys, order))) {
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
  const { status, advice } = explainHost(await survey(wiring, config), host);
  const fronts = said.map(({ what }) => what).join(', ');
  const reason = [`${status.code ?? 'unknown'}: ${status.why}`, ...advice].join(' ');
  return `${plain(host)} does not answer after ${durationText(timeoutMs)} (${fronts}). ${reason}`;
}
