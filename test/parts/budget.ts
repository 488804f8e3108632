/** What looking again and again adds to a time. */
const ROOM = 1.1;

/** Prints a time beside its budget. Budgets are measured, never asserted: a slow machine breaks nothing. */
export function tellBudget(row: string, what: string, budgetMs: number, tookMs: number): void {
  const verdict = tookMs <= budgetMs * ROOM ? '' : ' OVER';
  const [took, budget] = [tookMs, budgetMs].map((ms) => ms.toFixed(ms < 10 ? 1 : 0));
  console.info(`budget ${row}: ${what}: ${took} ms of ${budget} ms${verdict}`);
}

/** Does something and tells how long it took. */
export async function timed<T>(
  row: string,
  what: string,
  budgetMs: number,
  act: () => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const result = await act();
  tellBudget(row, what, budgetMs, performance.now() - began);
  return result;
}
