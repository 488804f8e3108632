import { createHash } from 'node:crypto';
import type { Breach } from './breach.ts';
import type { HostOracle } from './host-oracle.ts';
import type { Process } from './time.ts';
import type { Applied, Disturbance, Listed, Watch } from './watch.ts';

/** What the pass under way in a process rests on. */
export interface Basis {
  readonly owner: string;
  /** The last list; null: no good one came. */
  listed: Listed | null;
  /** When this pass raised the epoch. */
  openedAt: number;
  /** Whether another pass of the owner has raised it since. */
  isOvertaken: boolean;
  /** No engine said a word when it began: it can only take away what may lead to strangers by now. */
  readonly isInSilence: boolean;
}

/** Remembers what the invariants are checked by. */
export interface Recorder extends Watch {
  /** When all that went wrong so far should be mended. */
  readonly calmAt: number;
  /** The first breach, and when. */
  readonly breach: (Breach & { readonly at: number }) | null;
  readonly writes: number;
  /** Of several, the first counts. */
  accuse(breaches: readonly Breach[]): void;
  /** Stands for everything that was written, and when. */
  digest(): string;
}

interface RecorderOptions {
  readonly now: () => number;
  readonly mendedWithinMs: number;
  /** Told of every step, for people. */
  readonly tell: (line: string) => void;
  readonly judge: (applied: Applied, basis: Basis | undefined) => readonly Breach[];
  readonly hosts: HostOracle;
}

const NO_BASIS: Omit<Basis, 'listed'> = {
  owner: '',
  openedAt: 0,
  isOvertaken: false,
  isInSilence: false,
};

export function createRecorder(options: RecorderOptions): Recorder {
  const { now, mendedWithinMs, tell, judge, hosts } = options;
  const bases = new Map<Process, Basis>();
  const inSilence = new Set<Process>();
  const hash = createHash('sha1');
  const executed = new Set<string>();
  let calmAt = 0;
  let breach: Recorder['breach'] = null;
  let writes = 0;
  const recorder: Recorder = {
    get calmAt() {
      return calmAt;
    },
    get breach() {
      return breach;
    },
    get writes() {
      return writes;
    },
    accuse(breaches) {
      const [first] = breaches;
      if (first !== undefined) breach ??= { ...first, at: now() };
    },
    digest: () => hash.digest('hex'),
    disturbed(how: Disturbance) {
      calmAt = Math.max(calmAt, now() + (how === 'until-resync' ? mendedWithinMs : 0));
    },
    knocked(process, presence) {
      if (presence === 'answers') inSilence.delete(process);
      else inSilence.add(process);
    },
    listed(process, listed) {
      if (listed !== null) inSilence.delete(process);
      const basis = bases.get(process);
      if (basis !== undefined) basis.listed = listed;
      else bases.set(process, { ...NO_BASIS, listed });
    },
    opened(process, owner) {
      for (const basis of bases.values()) if (basis.owner === owner) basis.isOvertaken = true;
      const listed = bases.get(process)?.listed ?? null;
      const isInSilence = inSilence.has(process);
      bases.set(process, { ...NO_BASIS, owner, listed, openedAt: now(), isInSilence });
    },
    applied(applied) {
      writes += 1;
      const { now: _, ...said } = applied.input;
      const text = `${applied.process.name} ${applied.run} ${JSON.stringify(said)}`;
      if (executed.has(text)) {
        recorder.accuse([
          { invariant: 8, what: `${applied.input.owner} sent the same write twice` },
        ]);
      }
      executed.add(text);
      hash.update(`${now()} ${text}`);
      tell(`${applied.process.name} ${describe(applied)}`);
      recorder.accuse(judge(applied, bases.get(applied.process)));
      if (applied.result.kind !== 'fenced') recorder.accuse(hosts.wrote(applied.input.owner));
    },
    signed: hosts.signed,
    lapsed(owner) {
      tell(`${owner} is lapsed`);
      recorder.accuse(hosts.lapsed(owner));
    },
    reaped(reaped) {
      tell(`${reaped.lapsed} is reaped (${reaped.mode})`);
      recorder.accuse(hosts.reaped(reaped));
    },
    saved: hosts.saved,
    restored(how) {
      tell(`Redis is back ${how}`);
      hosts.restored(how);
    },
  };
  return recorder;
}

function describe({ input, result, before, after }: Applied): string {
  const parts = input.writes.map(({ vhost, backends, asked }) => {
    const wanted = backends.map(({ url, ids }) => `${url} ${ids.join()}`).join(' ');
    const lists = [before, after].map(({ lists }) => JSON.stringify(lists.get(vhost) ?? null));
    return `${vhost}${asked ? ' (asked)' : ''} [${wanted}]: ${lists.join(' -> ')}`;
  });
  return `${result.kind}${input.removalsOnly === true ? ' (removals)' : ''} ${parts.join('; ')}`;
}
