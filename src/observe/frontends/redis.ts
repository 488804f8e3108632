import type { RedisCommand, RedisConnection } from '../../clients/redis.ts';
import type { Engine } from '../../model/container.ts';
import type { Drains } from '../../model/drain.ts';
import type { ObservedFrontend } from '../../model/frontend.ts';
import type { Epoch, Owner } from '../../model/ids.ts';
import type { Offs } from '../../model/off.ts';
import { checked } from './checked.ts';
import { chunksOf } from './chunks.ts';
import { readDrains, restOfDrains } from './drains.ts';
import { firstPiece, readHash } from './hash.ts';
import { createKeyWatch, type KeyWatch } from './key-watch.ts';
import { readOffs, restOfOffs } from './offs.ts';
import {
  type ContestedPass,
  OPEN_SCRIPT,
  openCommand,
  parseOpening,
  type RedisReaderOptions,
} from './opening.ts';
import { readClock } from './owners.ts';
import { readPlainly } from './plain-read.ts';
import {
  type Block,
  createScriptReader,
  READ_SCRIPT,
  type ScriptQuestion,
  type ScriptReader,
} from './script-read.ts';
import type { Sends } from './sends.ts';
import { TELL_SCRIPT, tellClaims } from './tell-claims.ts';

/** What Redis tells at the beginning of a pass. */
export interface OpenedPass {
  readonly kind: 'opened';
  /** null: only looked at, nothing may be written on its strength. */
  readonly epoch: Epoch | null;
  /** Milliseconds, Redis' clock. */
  readonly now: number;
  /** Which of this owner's containers are drained. */
  readonly drains: Drains;
  /** Which vhosts are off, whoever's they are. */
  readonly offs: Offs;
  /** The boot of this host in which this owner's routes were looked at last; null: not said, or this is no pass. */
  readonly writtenIn: string | null;
  /** Whether a front of this host waits until all of this owner's routes were looked at. */
  readonly isAsked: boolean;
  /** Every vhost that this owner claims, and every hinted one. */
  readonly frontends: ReadonlyMap<string, ObservedFrontend>;
}

/** Reads Redis for one owner. All of it throws `ObserveError` if Redis cannot be read in full. */
export interface RedisReader {
  /**
   * Begins a pass that may write: raises the owner's score, which with a nonce becomes its epoch, and reads. `hint`
   * is what will matter in all likelihood, in one round trip for up to 50,000 vhosts; what it lacks is found and read
   * too, in further ones.
   */
  open(engine: Engine, hint: ReadonlySet<string>): Promise<OpenedPass | ContestedPass>;
  /** Reads further vhosts of a pass that was opened, in one round trip for up to 50,000 of them. */
  read(vhosts: readonly string[]): Promise<ReadonlyMap<string, ObservedFrontend>>;
  /** A look without an epoch and with plain read commands alone. */
  peek(hint: ReadonlySet<string>): Promise<OpenedPass>;
  /** Reads further vhosts of such a look, likewise. */
  peekAt(vhosts: readonly string[]): Promise<ReadonlyMap<string, ObservedFrontend>>;
}

const COMMANDS_AT_ONCE = 502;

/** A reader of one owner's frontends; what it remembers saves work and changes no outcome. */
export function createRedisReader(
  redis: RedisConnection,
  options: RedisReaderOptions,
): RedisReader {
  redis.define('autodockOpen', OPEN_SCRIPT);
  redis.define('autodockRead', READ_SCRIPT);
  redis.define('autodockTellClaims', TELL_SCRIPT);
  const reader = createScriptReader(options.keys, options.owner);
  const watch = createKeyWatch(redis, options);
  let passes = 0;
  return {
    open: (engine, hint) => {
      passes += 1;
      const known = { reader, watch };
      return open(redis, options, known, [engine, hint, `${options.run}-${passes}`]);
    },
    async read(vhosts) {
      // From now on they are asked for with all others: nothing of this needs to be remembered.
      const question = createScriptReader(options.keys, options.owner).ask(new Set(vhosts));
      return question.answer(await readBlocks(redis, question, question.blocks)).frontends;
    },
    peek: (hint) => peek(redis, options, hint),
    peekAt: (vhosts) => readPlainly(redis, options.keys, options.owner, vhosts),
  };
}

interface Known {
  readonly reader: ScriptReader;
  readonly watch: KeyWatch;
}

async function open(
  redis: Sends,
  options: RedisReaderOptions,
  { reader, watch }: Known,
  [engine, hint, nonce]: readonly [Engine, ReadonlySet<string>, nonce: string],
): Promise<OpenedPass | ContestedPass> {
  const { keys, owner } = options;
  const command = openCommand(options, engine, nonce);
  const question = reader.ask(hint);
  const { blocks, commandFor } = question;
  const { spared, before, after, end, keep } = await watch.plan(blocks, reader.isQuiet());
  const asked = blocks.filter((block) => !spared.has(block));
  const first = [command, firstPiece(keys.drain(owner)), firstPiece(keys.off), ...before];
  const replies = await send(redis, [...first, ...asked.map(commandFor), ...after]);
  const [reply, drained, off] = replies;
  const opening = parseOpening(checked(reply, keys), nonce);
  if (opening.kind === 'contested') return opening;
  const told = new Map(asked.map((block, n) => [block, replies[first.length + n]]));
  const isSpared = await end(opening, replies.slice(first.length + asked.length));
  const rest = isSpared ? [] : await readBlocks(redis, question, [...spared]);
  const drains = await restOfDrains(redis, keys, owner, drained);
  const offs = await restOfOffs(redis, keys, off);
  let answer = question.answer(new Map([...told, ...rest]));
  keep(reader.knows);
  if (opening.ownClaims !== countOwn(answer.frontends, owner)) {
    const names = await readHash(redis, keys.claims(owner));
    const all = reader.ask(new Set([...hint, ...names.keys()]));
    answer = all.answer(await readBlocks(redis, all, all.blocks));
  }
  const { frontends, untold } = answer;
  if (untold.length > 0 || !opening.isIndexed) {
    await tellClaims(redis, { keys, owner }, { ...opening, untold });
  }
  const { kind, epoch, clock, writtenIn, isAsked } = opening;
  return { kind, epoch, now: clock.now, writtenIn, isAsked, drains, offs, frontends };
}

async function peek(
  redis: Sends,
  { keys, owner }: RedisReaderOptions,
  hint: ReadonlySet<string>,
): Promise<OpenedPass> {
  const { now } = await readClock(redis);
  // Where no vhost matters nothing else would tell that this is no Redis of ours.
  const [first] = await redis.read([['zrange', keys.owners, 0, 0]]);
  checked(first, keys);
  const names = new Set([...hint, ...(await readHash(redis, keys.claims(owner))).keys()]);
  const drains = await readDrains(redis, keys, owner);
  const offs = await readOffs(redis, keys);
  const frontends = await readPlainly(redis, keys, owner, [...names]);
  const nothing = { epoch: null, writtenIn: null, isAsked: false };
  return { kind: 'opened', ...nothing, now, drains, offs, frontends };
}

async function readBlocks(redis: Sends, { commandFor }: ScriptQuestion, blocks: readonly Block[]) {
  const replies = await send(redis, blocks.map(commandFor));
  return new Map(blocks.map((block, n) => [block, replies[n]]));
}

/** Sends commands, some hundreds at once. */
async function send(redis: Sends, commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
  const replies: unknown[] = [];
  for (const some of chunksOf(commands, COMMANDS_AT_ONCE)) {
    for (const reply of await redis.read(some)) replies.push(reply);
  }
  return replies;
}

function countOwn(frontends: ReadonlyMap<string, ObservedFrontend>, owner: Owner): number {
  let count = 0;
  for (const { claims } of frontends.values()) if (claims.has(owner)) count++;
  return count;
}
