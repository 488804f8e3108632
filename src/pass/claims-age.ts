import type { Boot } from '../clients/boot.ts';
import type { Opening } from '../reconcile.ts';

/**
 * Whether addresses were dealt anew since an owner's routes were looked at last: its host was booted, or a front of it
 * found so and waits for a look.
 *
 * @param boot of the engine's host; null: not known
 */
export function areClaimsOld(
  opening: Pick<Opening, 'writtenIn' | 'isAsked'>,
  boot: Boot | null,
): boolean {
  return opening.isAsked || (boot !== null && isAnotherBoot(opening, boot));
}

/** Whether what stands in Redis was looked at last in another boot than this. What was never said is no other one. */
export function isAnotherBoot({ writtenIn }: Pick<Opening, 'writtenIn'>, { id }: Boot): boolean {
  return writtenIn !== null && writtenIn !== id;
}
