import type { TrafficAnswer } from '../../parts/traffic.ts';
import { readAnswer } from './app.ts';

/** What the answers of an application tell of its change. */
export interface Answers {
  /** Takes note of one answer. */
  see(answer: TrafficAnswer): void;
  /** Answers of the old version to requests that began after the first answer of the new one had come. */
  readonly oldAfterNew: number;
  /** The same of those that had begun before. */
  readonly oldInFlight: number;
  /** Since when the one listens that began last: milliseconds since 1970. */
  readonly listensSince: number;
}

/** @param old the version before the change */
export function createAnswers(old: string): Answers {
  let newAt: number | null = null;
  const told = { oldAfterNew: 0, oldInFlight: 0, listensSince: 0 };
  return {
    see({ status, body, beganAt, at }) {
      if (status !== 200) return;
      const { version, listensSince } = readAnswer(body);
      told.listensSince = Math.max(told.listensSince, listensSince);
      if (version !== old) newAt ??= at;
      else if (newAt !== null) told[beganAt > newAt ? 'oldAfterNew' : 'oldInFlight'] += 1;
    },
    get oldAfterNew() {
      return told.oldAfterNew;
    },
    get oldInFlight() {
      return told.oldInFlight;
    },
    get listensSince() {
      return told.listensSince;
    },
  };
}
