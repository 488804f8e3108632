/** What the versions of the engine differ in, as far as it matters here. */
export interface EngineKind {
  readonly name: '20.10' | '26.1' | '29.7';
  readonly apiVersion: string;
  /** Whether the list is right at `start` and at `die`. */
  readonly hasPromptList: boolean;
  /** How long the list still says running after `die`, milliseconds at most: quiet, and in a storm. */
  readonly deathLagMs: readonly [quiet: number, storm: number];
  /** The same after any other change but a start. */
  readonly lagMs: number;
  readonly tellsHealth: boolean;
}

/** By the numbers that a cast names. */
export const ENGINE_KINDS: readonly EngineKind[] = [
  {
    ...{ name: '20.10', apiVersion: '1.41', hasPromptList: false },
    ...{ deathLagMs: [720, 6_000], lagMs: 500, tellsHealth: false },
  },
  {
    ...{ name: '26.1', apiVersion: '1.45', hasPromptList: true },
    ...{ deathLagMs: [0, 0], lagMs: 250, tellsHealth: false },
  },
  {
    ...{ name: '29.7', apiVersion: '1.55', hasPromptList: true },
    ...{ deathLagMs: [0, 0], lagMs: 600, tellsHealth: true },
  },
];
