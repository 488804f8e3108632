import { ConfigError } from '../../errors.ts';
import type { Vhost } from '../../model/ids.ts';
import { keysWithPrefix } from '../../model/keys.ts';
import { readVhost, showVhost } from '../../model/vhost.ts';
import { takeOff, takeOn } from '../../pass/off.ts';
import { withWiring } from '../../pass/with-wiring.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print } from '../output.ts';
import { badHost } from './bad-host.ts';
import { whoAmI } from './who.ts';

/** What the command line says. */
export interface OffOptions {
  readonly text?: string;
}

const LONGEST_TEXT = 1_000;
const UNSAID = 'This site is down for maintenance. Please try again later.';

/** Lets fronts answer a host with 503 and a text. */
export function off(
  host: string,
  { text = UNSAID }: OffOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const vhost = vhostOf(host);
  if (text.length > LONGEST_TEXT) {
    const problem = `--text has ${text.length} characters; at most ${LONGEST_TEXT} are shown`;
    throw new ConfigError('config', problem);
  }
  const { config, stdout } = surroundings;
  return withWiring(surroundings, 'write', async ({ redis }): Promise<ExitCode> => {
    const keys = keysWithPrefix(config.redis.keyPrefix);
    await takeOff(redis, keys, vhost, { by: whoAmI(), text });
    // Below a wildcard, what has no list or one of its own is answered as ever.
    const where = vhost.startsWith('*') ? ' for the hosts that its list answers for' : '';
    const back = `autodock on ${vhost} takes that back`;
    await print(stdout, `${showVhost(vhost)} is off: fronts answer 503${where}. ${back}.\n`);
    return 0;
  });
}

/** Lets its backends answer a host again. */
export function on(host: string, surroundings: Surroundings): Promise<ExitCode> {
  const vhost = vhostOf(host);
  const { config, stdout } = surroundings;
  return withWiring(surroundings, 'write', async ({ redis }): Promise<ExitCode> => {
    const wasOff = await takeOn(redis, keysWithPrefix(config.redis.keyPrefix), vhost);
    await print(stdout, `${showVhost(vhost)} ${wasOff ? 'is on again' : 'was not off'}.\n`);
    return 0;
  });
}

function vhostOf(host: string): Vhost {
  const reading = readVhost(host);
  if (reading.kind === 'vhost') return reading.vhost;
  throw badHost(host, reading);
}
