import { scanKeys } from '../clients/redis-scan.ts';
import { commandAgainst } from '../explain/strays.ts';
import type { WorkloadVerdict } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { addressBook, type Stray, straysIn } from '../model/stray.ts';
import type { Workload } from '../model/workload.ts';
import { readPlainly } from '../observe/frontends/plain-read.ts';
import type { Sends } from '../observe/frontends/sends.ts';

/** What runs, and what it asks for. */
export interface Running {
  readonly owner: Owner;
  readonly workloads: readonly Workload[];
  readonly verdicts: readonly WorkloadVerdict[];
}

/** With the command that takes it away. */
export interface FoundStray extends Stray {
  readonly remedy: string;
}

/** Those of all hosts. */
export interface Strays {
  /** Of hosts where the index says that this owner claims something, and nothing tells what: it wrote them. */
  readonly own: readonly FoundStray[];
  readonly others: readonly FoundStray[];
}

/**
 * Looks through all hosts in Redis for backends that lead to a stranger, in bounded steps.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function findStrays(
  redis: Sends,
  keys: Keys,
  { owner, workloads, verdicts }: Running,
): Promise<Strays> {
  const vhosts = await scanKeys(redis, keys.frontend(''));
  const frontends = await readPlainly(redis, keys, owner, [...vhosts]);
  const book = addressBook(workloads, verdicts);
  const own: FoundStray[] = [];
  const others: FoundStray[] = [];
  for (const frontend of frontends.values()) {
    const strays = straysIn(frontend, book).map((stray) => {
      return { ...stray, remedy: commandAgainst(stray) };
    });
    if (strays.length === 0) continue;
    const isLost =
      !frontend.claims.has(owner) && (await isTold(redis, keys, frontend.vhost, owner));
    (isLost ? own : others).push(...strays);
  }
  return { own, others };
}

async function isTold(redis: Sends, keys: Keys, vhost: string, owner: Owner): Promise<boolean> {
  const [members] = await redis.read([['smembers', keys.claimants(vhost)]]);
  return Array.isArray(members) && members.includes(owner);
}
