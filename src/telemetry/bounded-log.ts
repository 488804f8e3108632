import type { Logger } from 'pino';
import type { LogConfig } from '../config/config.ts';
import { createLogger, type LogStream } from './log.ts';

/** How much a log keeps for a reader that does not read. */
const BACKLOG_BYTES = 1024 * 1024;

/** A log, and what became of it. */
export interface Log {
  readonly logger: Logger;
  /** How many of its lines are lost so far, as nobody read them. */
  readonly lostLines: () => number;
}

/** A log ({@link createLogger}) that never waits for its reader, and says itself how many lines are lost. */
export async function openLog(config: LogConfig, stream: LogStream): Promise<Log> {
  const bounded = boundLog(stream, (lost) =>
    logger.warn({ lost }, 'Log lines are lost, as nobody read them'),
  );
  const logger = await createLogger(config, bounded);
  return { logger, lostLines: bounded.lost };
}

/** A log's stream that takes any number of lines and keeps a bounded number of bytes. */
export interface BoundedLog extends LogStream {
  /** How many lines are lost so far. */
  lost(): number;
}

/**
 * Keeps at most 1 MB for whoever reads the stream: a pipe that nobody reads (an engine that is frozen, or stopped
 * while its containers go on) takes nothing, and Node would keep all of it. Lines beyond are lost, the newest ones.
 *
 * @param onRoom is called when the stream takes lines again, with how many were lost since the last call
 */
export function boundLog(stream: LogStream, onRoom: (lost: number) => void): BoundedLog {
  let [lost, told] = [0, 0];
  const tell = () => {
    const since = lost - told;
    told = lost;
    onRoom(since);
  };
  return {
    write(text) {
      if ((stream.writableLength ?? 0) < BACKLOG_BYTES) return stream.write(text);
      if (lost === told) stream.once?.('drain', tell);
      lost += 1;
      return false;
    },
    hasColors: () => stream.hasColors?.() ?? false,
    lost: () => lost,
  };
}
