import { createRate, type Rate } from './rate.ts';

/** Whether somebody at this address who did not say hello may send now; if so, it is counted. */
export type MayCome = (address: string) => boolean;

/** Of one address: a host may start all its plugins at once. */
const EACH = { burst: 100, perSecond: 25 };
/** Of all together. */
const ALL = { burst: 200, perSecond: 50 };
/** Those that came first are forgotten first; the bucket of all still counts for them. */
const MAX_ADDRESSES = 256;

/**
 * One address that floods uses up its own bucket, and not what others need to say hello.
 *
 * @param now monotonic milliseconds
 */
export function createStrangers(now: () => number): MayCome {
  const all = createRate({ ...ALL, now });
  const each = new Map<string, Rate>();
  const rateOf = (address: string) => {
    const known = each.get(address);
    if (known !== undefined) return known;
    const [first] = each.keys();
    if (first !== undefined && each.size >= MAX_ADDRESSES) each.delete(first);
    const rate = createRate({ ...EACH, now });
    each.set(address, rate);
    return rate;
  };
  return (address) => [rateOf(address), all].every((mayCome) => mayCome());
}
