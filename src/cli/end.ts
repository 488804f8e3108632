/** For what someone forgot to close; long enough that the threads of the runtime rest when it is over. */
const FORGOTTEN_MS = 250;

/**
 * Ends the program, with its code, as soon as nothing is left open; what someone forgot to close keeps it for a
 * quarter of a second at most.
 *
 * `process.exit` alone would wait for the threads that compile beside the program, and one of them that asks for
 * memory just then waits for the thread that waits for it: the program hung for ever, once in some 600 starts
 * on a busy machine (https://github.com/nodejs/node/issues/54918).
 */
export function endWith(exitCode: number): void {
  process.exitCode = exitCode;
  setTimeout(() => process.exit(), FORGOTTEN_MS).unref();
}
