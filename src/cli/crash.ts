import type { Logger } from 'pino';

/**
 * Ends the process with exit code 1 at an exception or a rejection that nobody handles: it is a fault
 * of ours, and what runs on after it cannot be trusted. A supervisor starts it anew.
 */
export function exitOnCrash(logger: Logger): void {
  // Node.js raises an unhandled rejection as an uncaught exception and tells the origin.
  process.on('uncaughtException', (error, origin) => {
    logger.fatal({ err: error, origin }, 'Crashed');
    process.exit(1);
  });
}
