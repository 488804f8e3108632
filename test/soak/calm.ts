import { compareText } from '../../src/model/compare.ts';
import { waitFor } from '../parts/wait-for.ts';
import type { Churn } from './churn.ts';
import { expectedUrls, type Side } from './ledger.ts';
import { type Claimed, takeSample } from './sample.ts';
import type { Stage } from './stage.ts';

/** Nothing here measures speed: beyond this something hangs. */
const CALM_PATIENCE = { timeoutMs: 120_000, everyMs: 100 };

/** 4: after the last fault lists = foreign + desired, claims = ours. Returns how long that took. */
export async function calmDown(stage: Stage, main: Churn, second: Churn): Promise<number> {
  const { ledger, redis, exclusive } = stage;
  await main.settled();
  await second.settled();
  const from = performance.now();
  for (const side of ledger.sides) {
    for (const host of side.hosts) {
      await waitFor(
        `${host} to converge`,
        async () => {
          const { lists, claims } = await exclusive(() => takeSample(redis.client));
          const expected = JSON.stringify(expectedUrls(ledger, host));
          const urls = JSON.stringify([...(lists.get(host)?.slice(1) ?? [])].sort(compareText));
          if (urls !== expected) throw new Error(`${urls} instead of ${expected}`);
          checkClaim(claims.get(side.owner)?.get(host) ?? {}, side, host, urls === '[]');
        },
        CALM_PATIENCE,
      );
    }
  }
  return performance.now() - from;
}

function checkClaim(claim: Claimed, side: Side, host: string, isEmpty: boolean): void {
  const claimed = Object.entries(claim);
  const lives = [...side.lives].filter((life) => life.host === host);
  const isHeld = isEmpty && lives.some(({ isAsking }) => isAsking);
  if (isHeld && claimed.length === 1 && claimed[0]?.[0] === 'held') return;
  const expected = lives
    .filter(({ endingAt }) => endingAt === null)
    .map(({ url, shortId }) => [url, [shortId]] as const);
  if (isHeld || sorted(claimed) !== sorted(expected)) {
    throw new Error(`claimed: ${JSON.stringify(claim)}`);
  }
}

function sorted(entries: readonly (readonly [url: string, ids: unknown])[]): string {
  return JSON.stringify([...entries].sort(([a], [b]) => compareText(a, b)));
}
