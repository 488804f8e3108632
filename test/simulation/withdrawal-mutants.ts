import { type MakeMutant, type Mutant, mutant, withSession, withWrite } from './mutant.ts';

/** Faults of what takes requests away from a container that runs: the signal to stop, and a drain. */
export const WITHDRAWAL_MUTANTS: readonly MakeMutant[] = [
  mutant('nobody is told to stop', { config: (config) => ({ ...config, stoppingMs: 0 }) }),
  mutant('what was told to stop before it listened is not asked for', {
    connect: withSession((session) => ({ ...session, lastEvents: async () => [] })),
  }),
  mutant('a drain is forgotten at a restart', { stages: withoutOlderDrains() }),
  mutant('nobody looks at drains but the timer', { hears: () => (reason) => reason !== 'order' }),
  mutant('drains of the gone stay', {
    connect: withWrite((write) => async (command) => {
      return command[0] === 'autodockReleaseDrains' ? 0 : write(command);
    }),
  }),
  mutant('one that lives on is never routed again', {
    hears: () => (reason) => reason !== 'stopping' && reason !== 'resync' && reason !== 'settle',
  }),
];

/** What was drained before the process began does not count. */
function withoutOlderDrains(): Mutant['stages'] {
  return (stages) => {
    let begunAt: number | null = null;
    const open = async () => {
      const opening = await stages.open();
      begunAt ??= opening.now;
      const since = begunAt;
      const drains = [...opening.drains].filter(([, drain]) => (drain.since ?? 0) >= since);
      return { ...opening, drains: new Map(drains) };
    };
    return { ...stages, open };
  };
}
