import { loadScript } from '../../clients/lua-script.ts';
import type { RedisCommand } from '../../clients/redis.ts';
import { ObserveError } from '../../errors.ts';
import { LONGEST_LIST, type ObservedFrontend } from '../../model/frontend.ts';
import type { Owner } from '../../model/ids.ts';
import type { Keys } from '../../model/keys.ts';
import { chunksOf } from './chunks.ts';
import { createFrontendTexts, type FrontendTexts } from './frontend-text.ts';

/** The Lua script that the questions call by the name `autodockRead`. */
export const READ_SCRIPT = loadScript(new URL('./read.lua', import.meta.url));

/** Few enough not to hold up Redis. */
const VHOSTS_PER_SCRIPT = 100;

/** What is to be asked, and what to do with the replies. */
export interface ScriptQuestion {
  readonly blocks: readonly Block[];
  commandFor(block: Block): RedisCommand;
  /**
   * What the replies tell; the identical object if nothing has changed since this was asked. A block without a reply is
   * what it was.
   * @throws ObserveError if they make no sense
   */
  answer(replies: ReadonlyMap<Block, unknown>): ScriptAnswer;
}

/** What stands at the vhosts that were asked for. */
export interface ScriptAnswer {
  readonly frontends: ReadonlyMap<string, ObservedFrontend>;
  /** Where this owner has a claim that the index does not tell. */
  readonly untold: readonly string[];
}

/** Reads frontends by `read.lua`, and remembers what it read. */
export interface ScriptReader {
  /** Asks for these vhosts, and of those that were asked for the last time only whether they have changed. */
  ask(vhosts: ReadonlySet<string>): ScriptQuestion;
  /** Whether nothing had changed when this was asked the last time. */
  isQuiet(): boolean;
  /** Whether this is what was found when it was asked the last time. */
  knows(block: Block): boolean;
}

/** Vhosts that are read by one command, and what is known of them; another object whenever that is not the same. */
export interface Block {
  readonly vhosts: readonly string[];
  /** Empty: nothing is known of it. */
  readonly digest: string;
  readonly frontends: readonly ObservedFrontend[];
  readonly untold: readonly string[];
  /** All whom the index tells claim there; see `read.lua`. */
  readonly isSettled: boolean;
}

/** A reader that knows nothing yet. What it remembers saves work and changes no outcome. */
export function createScriptReader(keys: Keys, owner: Owner): ScriptReader {
  const texts = createFrontendTexts();
  let blocks: readonly Block[] = [];
  let last: ScriptAnswer = { frontends: new Map(), untold: [] };
  let isQuiet = false;
  return {
    isQuiet: () => isQuiet,
    knows: (block) => blocks.includes(block),
    ask(vhosts) {
      const asked = blocksFor(vhosts, blocks);
      return {
        blocks: asked,
        commandFor: (block) => commandFor(block, keys, owner),
        answer(replies) {
          const fresh = asked.map((block) =>
            replies.has(block) ? refresh(block, replies.get(block), texts) : block,
          );
          isQuiet = isSame(fresh, blocks);
          if (isQuiet) return last;
          texts.retain(vhosts);
          blocks = fresh;
          last = answerOf(fresh);
          return last;
        },
      };
    },
  };
}

/** The identical block if the reply tells that all of it is as it was. */
function refresh(block: Block, reply: unknown, texts: FrontendTexts): Block {
  const [digest, settled, owners, untold, ...lines] = Array.isArray(reply)
    ? (reply as readonly unknown[])
    : [];
  const isSettled = settled === 1;
  if (digest === block.digest && block.digest !== '') {
    return isSettled === block.isSettled ? block : { ...block, isSettled };
  }
  if (
    typeof digest !== 'string' ||
    !Array.isArray(owners) ||
    !Array.isArray(untold) ||
    lines.length !== block.vhosts.length
  ) {
    throw new ObserveError('redis-malformed', 'Redis: the reply to a read makes no sense');
  }
  const names = owners.map(String);
  const parsed = block.vhosts.map((vhost, n) => texts.parse(vhost, String(lines[n]), names));
  const missing = new Set(untold.map(Number));
  return {
    ...{ vhosts: block.vhosts, digest, isSettled, frontends: parsed },
    untold: block.vhosts.filter((_, n) => missing.has(n + 1)),
  };
}

function answerOf(blocks: readonly Block[]): ScriptAnswer {
  const found = blocks.flatMap((block) => block.frontends);
  return {
    frontends: new Map(found.map((frontend) => [frontend.vhost, frontend] as const)),
    untold: blocks.flatMap((block) => block.untold),
  };
}

/** Blocks that are still wanted as a whole stay; what they leave over makes new ones. */
function blocksFor(vhosts: ReadonlySet<string>, known: readonly Block[]): readonly Block[] {
  const kept = known.filter((block) => block.vhosts.every((vhost) => vhosts.has(vhost)));
  // After many small changes the blocks are small, too: then all of them are made anew.
  const isTorn = kept.length > 2 * Math.ceil(vhosts.size / VHOSTS_PER_SCRIPT) + 1;
  const lasting = isTorn ? [] : kept;
  const covered = new Set(lasting.flatMap((block) => block.vhosts));
  if (covered.size === vhosts.size) return lasting;
  const rest = [...vhosts].filter((vhost) => !covered.has(vhost));
  const fresh = chunksOf(rest, VHOSTS_PER_SCRIPT).map((some) => ({
    vhosts: some,
    digest: '',
    frontends: [],
    untold: [],
    isSettled: false,
  }));
  return [...lasting, ...fresh];
}

function commandFor({ vhosts, digest }: Block, keys: Keys, owner: Owner): RedisCommand {
  return ['autodockRead', 1, keys.owners, keys.prefix, owner, LONGEST_LIST, digest, ...vhosts];
}

function isSame(a: readonly Block[], b: readonly Block[]): boolean {
  return a.length === b.length && a.every((block, index) => block === b[index]);
}
