import type { Random } from '../laws/random.ts';
import { excuse, type Ledger, livesOf, note } from './ledger.ts';
import type { Stage } from './stage.ts';

/** Adds a copy of a stranger's backend; a frontend that is not there gets the host as its identifier. */
const ADD = `
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('RPUSH', KEYS[1], ARGV[1]) end
return redis.call('RPUSH', KEYS[1], ARGV[2])`;

/** Marks a backend dead as hipache does; tells whether it is there, and whether there were no marks before. */
const MARK = `
for slot, url in ipairs(redis.call('LRANGE', KEYS[1], 1, -1)) do
  if url == ARGV[1] then
    local isNew = redis.call('EXISTS', KEYS[2]) == 0
    redis.call('SADD', KEYS[2], slot - 1)
    redis.call('EXPIRE', KEYS[2], 30)
    return isNew and 'new' or 'more'
  end
end
return 'absent'`;

/** Others who write to the same Redis: proxies, hipache's command line, and people with redis-cli. */
export interface Strangers {
  step(): Promise<void>;
  readonly steps: number;
}

/** Each step is noted in the ledger before the next sample is taken. */
export function createStrangers(stage: Stage, random: Random): Strangers {
  const { ledger, redis, exclusive } = stage;
  const client = redis.client;
  const urls = stage.strangers.map(({ url }) => url);
  let steps = 0;

  const add = async (host: string) => {
    const url = random.pick(urls);
    note(ledger, `${host}: a stranger adds ${url}`);
    await client.eval(ADD, 1, `frontend:${host}`, host, url);
    const copies = ledger.foreign.get(host) ?? new Map<string, number>();
    ledger.foreign.set(host, copies.set(url, (copies.get(url) ?? 0) + 1));
  };
  const remove = async (host: string) => {
    const copies = ledger.foreign.get(host);
    if (copies === undefined || copies.size === 0) return;
    const url = random.pick([...copies.keys()]);
    note(ledger, `${host}: a stranger removes ${url}`);
    await client.lrem(`frontend:${host}`, 0, url);
    copies.delete(url);
    await forgetMarks(ledger, client, host);
  };
  /** By hand: a backend of ours goes from the list, or the whole list does. */
  const spoil = async (host: string) => {
    excuse(ledger, host);
    note(ledger, `${host}: somebody edits the list by hand`);
    const [life] = livesOf(ledger, host).filter(({ endingAt }) => endingAt === null);
    if (life !== undefined && random.percent(50)) {
      await client.lrem(`frontend:${host}`, 0, life.url);
    } else {
      await client.del(`frontend:${host}`);
      ledger.foreign.delete(host);
    }
    await forgetMarks(ledger, client, host);
  };
  const mark = async (host: string) => {
    const list = await client.lrange(`frontend:${host}`, 1, -1);
    if (list.length === 0) return;
    const url = random.pick(list);
    note(ledger, `${host}: a proxy marks ${url}`);
    const setFrom = performance.now();
    const said = await client.eval(MARK, 2, `frontend:${host}`, `dead:${host}`, url);
    if (said === 'absent') return;
    const known = said === 'new' ? undefined : ledger.marks.get(host);
    // Of the same URL twice in a list one slot is marked: which one does not matter for the URL.
    ledger.marks.set(host, new Map(known).set(url, { setFrom, setAt: performance.now() }));
  };
  const marked = stage.second.side.hosts;
  const everywhere = ledger.sides.flatMap(({ hosts }) => hosts);
  return {
    get steps() {
      return steps;
    },
    async step() {
      steps += 1;
      const kind = random.pick(['add', 'add', 'remove', 'remove', 'spoil', 'mark', 'mark', 'mark']);
      await exclusive(async () => {
        if (kind === 'add') await add(random.pick(everywhere));
        else if (kind === 'remove') await remove(random.pick(everywhere));
        else if (kind === 'spoil') await spoil(random.pick(everywhere));
        // The front sets marks of its own on what it is asked for; these hosts nobody asks for.
        else await mark(random.pick(marked));
      });
    },
  };
}

/** As hipache's own tools should: whoever takes slots away moves those behind them, and marks would lie. */
async function forgetMarks(
  ledger: Ledger,
  client: Stage['redis']['client'],
  host: string,
): Promise<void> {
  ledger.marks.delete(host);
  await client.del(`dead:${host}`);
}
