import { keysWithPrefix } from '../../model/keys.ts';
import { undrainContainers } from '../../pass/drain.ts';
import { withWiring } from '../../pass/with-wiring.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print } from '../output.ts';
import { chosen, inWords } from './chosen.ts';

/** What the command line says. */
export interface UndrainOptions {
  readonly all?: boolean;
}

/** Drains containers no more. */
export function undrain(
  names: readonly string[],
  { all = false }: UndrainOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { config, stdout } = surroundings;
  return withWiring(surroundings, 'write', async (wiring): Promise<ExitCode> => {
    const containers = await chosen({ names, all }, wiring, surroundings);
    const drained = containers.filter((one) => one.drain !== null);
    await undrainContainers(wiring.redis, keysWithPrefix(config.redis.keyPrefix), drained);
    for (const one of containers) {
      const state = one.drain === null ? 'was not drained' : 'is drained no more';
      await print(stdout, `${inWords(one)} ${state}.\n`);
    }
    if (all && drained.length === 0) await print(stdout, 'Nothing is drained.\n');
    return 0;
  });
}
