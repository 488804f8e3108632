import { isWanted } from '../wire/filter.ts';
import type { PluginEvent } from './event.ts';
import { createFeed, type Feed } from './feed.ts';
import type { FullOptions } from './options.ts';
import { createProblemReport } from './problem-report.ts';
import type { SessionListener } from './session.ts';
import { createSnapshots } from './snapshots.ts';

/** Everybody who is told of a plugin's events. */
export interface Audience extends SessionListener {
  /** One more, who begins with a snapshot, and with what is wrong now. */
  join(): Feed;
  leave(feed: Feed): void;
  /** Ends all feeds; whoever joins later finds the end. */
  close(): void;
}

/** Nobody. Snapshots are fetched only for somebody. */
export function createAudience({ filter, http, queueLimit }: FullOptions): Audience {
  const feeds = new Set<Feed>();
  let hasBegun = false;
  let isClosed = false;
  const push = (event: PluginEvent) => {
    for (const feed of feeds) feed.push(event);
  };
  const report = createProblemReport((problem) => push(problemEvent(problem)));
  const snapshots = http === null ? null : createSnapshots({ base: http, report });
  const join = () => {
    const feed: Feed = createFeed({
      limit: queueLimit,
      isWanted: (name) => isWanted(filter, name),
      onSlow: () => snapshots?.request('slow', [feed]),
    });
    if (isClosed) {
      feed.end();
      return feed;
    }
    feeds.add(feed);
    for (const problem of report.open()) feed.push(problemEvent(problem));
    if (hasBegun) snapshots?.request('start', [feed]);
    return feed;
  };
  return {
    onEvent(event) {
      if (event.kind === 'route') snapshots?.outdate();
      push(event);
    },
    onStale(cause) {
      hasBegun = true;
      if (feeds.size > 0) snapshots?.request(cause, feeds);
    },
    report,
    join,
    leave(feed) {
      feeds.delete(feed);
      snapshots?.forget(feed);
      feed.end();
    },
    close() {
      isClosed = true;
      for (const feed of feeds) feed.end();
      snapshots?.close();
    },
  };
}

function problemEvent(problem: string): PluginEvent {
  return { kind: 'problem', name: 'problem', problem };
}
