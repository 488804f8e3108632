import type { Logger } from 'pino';
import { createFailureLog } from '../telemetry/failure-log.ts';
import type { EventFeedOptions, startFeed } from '../trigger/feed.ts';
import type { LineSignal } from '../trigger/line-stream.ts';
import { type DockerDatagram, readDockerEvent } from '../wire/docker-event.ts';
import { createLatch } from './latch.ts';

/** What a feed of Docker's events works with. */
export interface DockerFeedOptions {
  /** null: events are switched off. */
  readonly openEvents: EventFeedOptions['open'] | null;
  readonly startFeed: typeof startFeed;
  readonly onEvent: (event: DockerDatagram) => void;
  /** There was a time in which events may have been missed. */
  readonly onLoss: () => void;
  readonly log: Logger;
  readonly random: () => number;
}

/** Docker's events for the bus: a stream of its own, without a filter, open while somebody listens. */
export interface DockerFeed {
  /** Opens it if it is not open. */
  open(): void;
  /** Closes it in a while, if it is not opened again: plugins that come and go cost the engine nothing. */
  closeLater(): void;
  close(): void;
  /** Whether it is open, or known not to be. */
  isSettled(): boolean;
  /** Calls back as soon as it is settled; not at all if it is closed before. */
  whenSettled(act: () => void): void;
}

/** An engine that is silent for longer keeps no plugin waiting. */
const PATIENCE_MS = 2_000;
const LINGER_MS = 10_000;
const DOWN = 'Event stream of the plugin bus is down';
const UP_AGAIN = 'Event stream of the plugin bus is up again';

/** Closed at first. */
export function createDockerFeed(options: DockerFeedOptions): DockerFeed {
  const { openEvents, startFeed: start, random, onEvent, onLoss } = options;
  const failures = createFailureLog(options.log, DOWN, UP_AGAIN);
  const settled = createLatch();
  let stop: (() => void) | null = null;
  let isMissing = false;
  let closing: NodeJS.Timeout | undefined;
  const onSignal = (signal: LineSignal) => {
    if (signal.kind === 'line') {
      const event = readDockerEvent(signal.line);
      return event === null ? onLoss() : onEvent(event);
    }
    if (signal.kind === 'down') failures.failed(signal.error);
    else failures.recovered();
    if (signal.kind === 'up' && isMissing) onLoss();
    isMissing = signal.kind === 'down';
    settled.release();
  };
  const lateness = () => {
    isMissing = true;
    settled.release();
  };
  const close = () => {
    clearTimeout(closing);
    stop?.();
    stop = null;
    isMissing = false;
    settled.reset();
  };
  return {
    open() {
      clearTimeout(closing);
      if (openEvents === null) settled.release();
      if (openEvents === null || stop !== null) return;
      const end = start({ open: openEvents, random, onSignal });
      const impatient = setTimeout(() => settled.isReleased() || lateness(), PATIENCE_MS);
      stop = () => {
        clearTimeout(impatient);
        end();
      };
    },
    closeLater() {
      clearTimeout(closing);
      closing = setTimeout(close, LINGER_MS).unref();
    },
    close,
    isSettled: settled.isReleased,
    whenSettled: settled.whenReleased,
  };
}
