import type { ContainerLine, NetworkAddress } from '../../model/container.ts';
import type { ContainerId } from '../../model/ids.ts';
import type { InspectReply } from './inspection.ts';
import type { Inspections } from './inspections.ts';

/** Tells who is older than the network that it shares; see `createSharers`. */
export interface Sharers {
  /** Asks about those that share a network. Returns what a pass should wait for. @param now monotonic milliseconds */
  ask(lines: readonly ContainerLine[], now: number): readonly Promise<void>[];
  /** Whether a container is older than the network that it shares; `unknown`: an inspection has to tell. */
  isOlder(id: ContainerId): boolean | 'unknown';
}

/** A container and the one whose network it shares. */
interface Pair {
  readonly sharer: ContainerLine;
  readonly holder: ContainerLine;
}

interface Question extends Pair {
  readonly askedAt: number;
  readonly answered: Promise<void>;
  answer: 'asking' | 'failed' | 'older' | 'younger';
}

const SHARES = 'container:';
/** A restart of the sharer alone may show in nothing but an inspection. */
const ASK_AGAIN_MS = 10_000;
/** Engines let a container join one that joined another; a longer chain is a circle. */
const HOPS = 4;

/**
 * A container that is started anew gets a network of its own anew; whoever shared the old one is left with loopback
 * alone, and the list shows nothing of it. Only the times at which both were started tell: who shares a network was
 * started after it. They are asked when the list shows other networks of the holder than before, as it does after each
 * start; nothing is remembered that an inspection would not tell again.
 */
export function createSharers({
  confirm,
  isHanging,
}: Pick<Inspections, 'confirm' | 'isHanging'>): Sharers {
  const questions = new Map<ContainerId, Question>();
  const question = ({ sharer, holder }: Pair, askedAt: number): Question => {
    const replies = [confirm(sharer.id, true), confirm(holder.id, true)] as const;
    const asked: Question = {
      ...{ sharer, holder, askedAt, answer: 'asking' },
      answered: Promise.all(replies).then(([one, other]) => {
        asked.answer = compare(one, other);
      }),
    };
    return asked;
  };
  return {
    ask(lines, now) {
      const pairs = pairsOf(lines);
      const ids = new Set(pairs.map(({ sharer }) => sharer.id));
      for (const id of questions.keys()) if (!ids.has(id)) questions.delete(id);
      for (const pair of pairs) {
        if (isDue(questions.get(pair.sharer.id), pair, now)) {
          questions.set(pair.sharer.id, question(pair, now));
        }
      }
      // What hangs already is not waited for again: its end is a trigger.
      return [...questions.values()].flatMap(({ sharer, holder, answer, answered }) =>
        answer === 'asking' && !isHanging(sharer.id) && !isHanging(holder.id) ? [answered] : [],
      );
    },
    isOlder(id) {
      const answer = questions.get(id)?.answer ?? 'younger';
      return answer === 'asking' || answer === 'failed' ? 'unknown' : answer === 'older';
    },
  };
}

function isDue(last: Question | undefined, pair: Pair, now: number): boolean {
  if (last === undefined || last.answer === 'failed') return true;
  if (last.holder.id !== pair.holder.id) return true;
  if (networksOf(last) !== networksOf(pair)) return true;
  return last.answer === 'older' && now - last.askedAt >= ASK_AGAIN_MS;
}

/** The identical object while the list tells the same of them, endpoints included. */
function networksOf({ holder }: Pair): readonly NetworkAddress[] {
  return holder.addresses;
}

function compare(sharer: InspectReply | 'gone' | null, holder: InspectReply | 'gone' | null) {
  if (sharer === null || holder === null) return 'failed';
  if (sharer === 'gone' || holder === 'gone') return 'younger';
  const [one, other] = [sharer.vitals.startedAt, holder.vitals.startedAt];
  return one !== null && other !== null && one < other ? 'older' : 'younger';
}

/** The network of the host is there as long as the host is. */
function pairsOf(lines: readonly ContainerLine[]): readonly Pair[] {
  const sharers = lines.filter(({ networkMode }) => networkMode.startsWith(SHARES));
  if (sharers.length === 0) return [];
  const byId = new Map<string, ContainerLine>(lines.map((line) => [line.id, line]));
  return sharers.flatMap((sharer) => {
    const holder = holderOf(sharer, byId);
    return holder === undefined || holder.networkMode === 'host' ? [] : [{ sharer, holder }];
  });
}

function holderOf(
  sharer: ContainerLine,
  byId: ReadonlyMap<string, ContainerLine>,
): ContainerLine | undefined {
  let line: ContainerLine | undefined = sharer;
  for (let hop = 0; hop < HOPS && line?.networkMode.startsWith(SHARES); hop += 1) {
    line = byId.get(line.networkMode.slice(SHARES.length));
  }
  return line?.networkMode.startsWith(SHARES) ? undefined : line;
}
