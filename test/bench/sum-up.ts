import type { PhaseResult } from '../parts/traffic.ts';

/** What became of requests. */
export interface Sum {
  readonly requests: number;
  readonly failed: number;
  /** Of the failed, those that a backend had and nobody may repeat. */
  readonly ofTheDying: number;
  readonly slowestMs: number;
  /** The kinds of failure, counted. */
  readonly causes: string;
}

/** All phases of some traffic as one. */
export function sumUp(phases: readonly PhaseResult[]): Sum {
  const lost = phases.flatMap((phase) => phase.lost);
  const causes = [...new Set(lost.map(({ what }) => what))].map(
    (cause) => `${lost.filter(({ what }) => what === cause).length} x ${cause}`,
  );
  return {
    requests: phases.reduce((sum, { requests }) => sum + requests, 0),
    failed: lost.length,
    ofTheDying: lost.filter(({ isFinal }) => isFinal).length,
    slowestMs: Math.max(...phases.map(({ slowestMs }) => slowestMs)),
    causes: causes.join(', '),
  };
}
