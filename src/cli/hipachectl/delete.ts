import { createEditor } from '../../apply/edit.ts';
import type { EditResult } from '../../apply/reply.ts';
import type { RedisConnection } from '../../clients/redis.ts';
import type { ObservedFrontend } from '../../model/frontend.ts';
import type { Keys } from '../../model/keys.ts';
import type { FrontendEdit } from '../../model/plan.ts';
import { readFrontends } from '../../survey/read-redis.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print } from '../output.ts';
import { plain } from '../show/words.ts';
import { claimantsOf } from './claimed.ts';
import { mistake, textsToDelete, vhostsToDelete } from './target.ts';
import { faultProblem, tell } from './tell.ts';
import { withRedis } from './with-redis.ts';

/** What the command line says. */
export interface DeleteOptions {
  readonly ip?: string;
  readonly port?: string;
  readonly all?: boolean;
  readonly force?: boolean;
}

/** What is to go, of one vhost. */
interface Removal {
  /** null: all of it. */
  readonly texts: readonly string[] | null;
  readonly force: boolean;
}

/** Takes a backend away, or the whole host. */
export async function remove(
  host: string,
  options: DeleteOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const removal = readRemoval(options);
  return withRedis(surroundings, 'write', async (redis, keys) => {
    const before = await findFrontend(redis, keys, host);
    if (before === null) {
      await print(surroundings.stdout, `Nothing to delete: ${plain(host)} has no frontend.\n`);
      return 0;
    }
    const result = await createEditor(redis, keys).edit(editOf(before.vhost, removal));
    return report({ ...removal, before, result }, surroundings);
  });
}

/** @throws ConfigError if it is not said what is to go */
function readRemoval({ ip, port = '80', all = false, force = false }: DeleteOptions): Removal {
  if (!ip && !all) {
    throw mistake(
      'delete needs the address of a backend (-i IP), or --all for the whole host; nothing was changed',
    );
  }
  if (ip && all) {
    throw mistake('delete takes -i or --all, not both; nothing was changed');
  }
  return { texts: ip ? textsToDelete(ip, port) : null, force };
}

async function findFrontend(
  redis: RedisConnection,
  keys: Keys,
  host: string,
): Promise<ObservedFrontend | null> {
  const found = await readFrontends(redis, keys, vhostsToDelete(host));
  return [...found.values()].find(({ list }) => list.kind !== 'absent') ?? null;
}

function editOf(vhost: string, { texts, force }: Removal): FrontendEdit {
  const target = { vhost, identifier: vhost, force };
  return texts === null ? { ...target, kind: 'clear' } : { ...target, kind: 'remove', texts };
}

/** What was there before, what was to go, and what became of it. */
interface Outcome extends Removal {
  readonly before: ObservedFrontend;
  readonly result: EditResult;
}

function report(outcome: Outcome, surroundings: Surroundings): Promise<ExitCode> | ExitCode {
  const { result } = outcome.result;
  if (result.kind === 'fault') return tell(surroundings, faultProblem(result));
  return result.kind === 'none'
    ? reportNothing(outcome, surroundings)
    : reportDeleted(outcome, surroundings);
}

async function reportDeleted(outcome: Outcome, surroundings: Surroundings): Promise<ExitCode> {
  const { before, force, result } = outcome;
  const owners = ownersOf(outcome);
  const what = result.spared > 0 ? 'what nobody claims' : whatOf(outcome);
  const gone = result.result.kind === 'delete' ? ', which is gone now' : '';
  const back =
    force && owners !== ''
      ? ` The controller of owner ${owners} puts its own back with its next pass.`
      : '';
  await print(surroundings.stdout, `Deleted ${what} of ${plain(before.vhost)}${gone}.${back}\n`);
  return result.spared > 0 ? tell(surroundings, staysProblem(outcome, 'the rest stays')) : 0;
}

async function reportNothing(outcome: Outcome, surroundings: Surroundings): Promise<ExitCode> {
  const { before, texts, result } = outcome;
  if (result.spared > 0 || ownersOf(outcome) !== '') {
    return tell(surroundings, staysProblem(outcome, 'nothing was changed'));
  }
  const what = texts === null ? 'backend' : (texts[0] ?? '');
  await print(surroundings.stdout, `Nothing to delete: ${plain(before.vhost)} has no ${what}.\n`);
  return 0;
}

/** As it stood there, whatever tool wrote it. */
function whatOf({ before: { list }, texts }: Outcome): string {
  if (texts === null) return 'all backends';
  const entries = list.kind === 'list' ? list.entries : [];
  const found = [...new Set(entries)].filter((entry) => texts.includes(entry));
  return (found.length === 0 ? texts.slice(0, 1) : found).map(plain).join(', ');
}

function ownersOf({ before, texts }: Outcome): string {
  return claimantsOf(before, texts).map(plain).join(', ');
}

function staysProblem(outcome: Outcome, end: string): string {
  const owners = ownersOf(outcome);
  // A controller may have claimed it after it was looked at.
  const whose = owners === '' ? 'a controller' : `the controller of owner ${owners}`;
  return `${whose} claims that of ${plain(outcome.before.vhost)}: ${end}. Stop its container; or add --force, and the controller puts it back`;
}
