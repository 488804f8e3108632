import type { PublishedContainer } from '../../explain/named.ts';
import { keysWithPrefix } from '../../model/keys.ts';
import type { Wiring } from '../../pass/clients.ts';
import { type DrainWait, type Left, waitUntilDrained } from '../../pass/drain-wait.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print } from '../output.ts';
import { problemLine } from '../problem.ts';
import { durationText, plain } from '../show/words.ts';

/** What was drained, and who has to know of it. */
export interface Drained extends Pick<DrainWait, 'urls' | 'unseenAt'> {
  readonly targets: readonly PublishedContainer[];
}

/** Waits until nothing is on its way to what was drained; says meanwhile what is left. */
export async function waitForDrain(
  drained: Drained,
  timeoutMs: number,
  { redis }: Wiring,
  { config, stdout, stderr }: Surroundings,
): Promise<ExitCode> {
  const keys = keysWithPrefix(config.redis.keyPrefix);
  let told = '';
  const onLeft = (left: Left) => {
    const words = leftInWords(left);
    if (words !== told) stdout.write(`Waiting: ${words}.\n`);
    told = words;
  };
  const left = await waitUntilDrained(redis, keys, { ...drained, timeoutMs, onLeft });
  if (left === null) {
    await print(stdout, 'Done: no front has anything on its way there.\n');
    return 0;
  }
  const problem =
    left.kind === 'lost'
      ? leftInWords(left)
      : `after ${durationText(timeoutMs)}: ${leftInWords(left)}; it stays drained`;
  stderr.write(problemLine(problem + remedyFor(left, drained)));
  return 1;
}

/** Whoever runs passes by hand or by cron has to run one: nobody else takes the container out. */
function remedyFor(left: Left, { targets }: Drained): string {
  const owners = left.kind === 'routed' || left.kind === 'unseen' ? left.owners : [];
  const byHand = targets.filter(({ owner, hasLease }) => !hasLease && owners.includes(owner));
  if (byHand.length === 0) return '';
  const engines = byHand.map(({ engine, owner }) => plain(engine ?? owner));
  return `; run autodock once for ${[...new Set(engines)].join(', ')}, or wait for its next pass`;
}

function leftInWords(left: Left): string {
  switch (left.kind) {
    case 'routed':
      return `its controller still routes ${left.vhosts.join(', ')} there`;
    case 'unseen':
      return 'its controller has not looked since it was drained';
    case 'no-front':
      return 'no front has given a sign of life, so nothing can be proven';
    case 'silent':
      return `${count(left.fronts.length, 'front')} did not answer (${left.fronts.join(', ')})`;
    case 'away':
      return left.why;
    case 'lost':
      return `${left.targets.map(({ id }) => id).join(', ')} is drained no more: somebody said so, it was restarted, or Redis lost what it held; drain it anew`;
    case 'under-way': {
      const { requests, webSockets, fronts } = left;
      return `${count(requests, 'request')} and ${count(webSockets, 'WebSocket')} at ${count(fronts, 'front')}`;
    }
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
