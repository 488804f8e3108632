import { parseArgs } from 'node:util';
import { type Random, randomFrom } from '../../laws/random.ts';
import { closeWhenTold } from '../../parts/close-when-told.ts';
import { waitFor } from '../../parts/wait-for.ts';
import { faultsOf } from './faults.ts';
import { type HostsStage, openHostsStage, ownVhost, SHARED } from './stage.ts';
import { startHostsWatch } from './watch.ts';

// Three hosts in networks of their own, with clocks an hour apart, three Redis that Sentinels watch, and one front, under
// random cuts of links and failovers: `npm run soak:hosts -- --minutes 30 --seed 1`.

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
  throw new Error('--minutes is a number above 0, --seed a whole number');
}
const AT_ONCE_PERCENT = 40;
const SHOWN = 20;

const stage = await closeWhenTold(openHostsStage());
try {
  process.exitCode = (await soak(stage, randomFrom(seed))) ? 0 : 1;
} finally {
  await stage.close();
}

async function soak(on: HostsStage, random: Random): Promise<boolean> {
  await converged(on);
  const watch = startHostsWatch(on, randomFrom(seed + 1));
  const faults = faultsOf(on, random);
  const survived = new Map<string, number>();
  const convergedMs: number[] = [];
  const until = performance.now() + minutes * 60_000;
  while (performance.now() < until) {
    // One of a host, at times while one of Redis goes on.
    const names = [pickOf(faults, random, 'of a host')];
    if (random.percent(AT_ONCE_PERCENT)) names.push(pickOf(faults, random, 'master', 'failover'));
    await Promise.all(names.map(async (name) => faults[name]?.()));
    for (const name of names) survived.set(name, (survived.get(name) ?? 0) + 1);
    convergedMs.push(await converged(on));
    const { violations, unexplained } = watch;
    console.log(
      `${names.join(', ')}: right after ${Math.round(convergedMs.at(-1) ?? 0)} ms; ` +
        `${violations.length} violations, ${unexplained.length} unexplained`,
    );
  }
  await watch.stop();
  const { violations, unexplained, counts } = watch;
  const { samples, sent, explained } = counts();
  const sorted = convergedMs.sort((a, b) => a - b);
  console.log(
    [
      `seed ${seed}, ${minutes} minutes`,
      ...[...survived].map(([name, times]) => `  ${String(times).padStart(4)}  ${name}`),
      `right again after ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms (median), ${Math.round(sorted.at(-1) ?? 0)} ms (longest)`,
      `${samples} samples: ${violations.length} violations`,
      ...violations.slice(0, SHOWN),
      `${sent} requests, ${explained} failed where nobody was well, ${unexplained.length} unexplained`,
      ...unexplained.slice(0, SHOWN),
    ].join('\n'),
  );
  return violations.length === 0 && unexplained.length === 0;
}

function pickOf(faults: object, random: Random, ...words: readonly string[]): string {
  const names = Object.keys(faults).filter((name) => words.some((word) => name.includes(word)));
  return random.pick(names);
}

/** Waits until the master has exactly what runs; how long that took. */
async function converged({ hosts, redis }: HostsStage): Promise<number> {
  const from = performance.now();
  for (const vhost of [SHARED, ...hosts.map(ownVhost)]) {
    await waitFor(`${vhost} to be right`, async () => {
      const due = hosts.flatMap(({ running }) => running.get(vhost)?.url ?? []);
      const urls = await (await redis.master()).client.lrange(`frontend:${vhost}`, 1, -1);
      const isRight = urls.length === due.length && due.every((url) => urls.includes(url));
      if (!isRight) throw new Error(`${urls} instead of ${due}`);
    });
  }
  return performance.now() - from;
}
