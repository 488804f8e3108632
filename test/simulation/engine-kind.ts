/** What the versions of the engine differ in, as far as it matters here. */
export interface EngineKind {
  readonly name: '20.10' | '26.1' | '29.7';
  /** How long the list still says running after `die`, milliseconds at most: quiet, and in a storm. */
  readonly deathLagMs: readonly [quiet: number, storm: number];
  /** The same after any other change. */
  readonly lagMs: number;
  readonly tellsHealth: boolean;
}

/** By the numbers that a cast names. */
export const ENGINE_KINDS: readonly EngineKind[] = [
  { name: '20.10', deathLagMs: [720, 6_000], lagMs: 500, tellsHealth: false },
  { name: '26.1', deathLagMs: [60, 60], lagMs: 250, tellsHealth: false },
  { name: '29.7', deathLagMs: [245, 245], lagMs: 600, tellsHealth: true },
];
