import { isWanted } from '../bus/wire/filter.ts';
import type { PluginEvent } from './event.ts';
import { createFeed, type Feed, type Pending } from './feed.ts';
import type { Settled } from './options.ts';
import { createProblemReport } from './problem-report.ts';
import type { SessionListener } from './session.ts';
import { createSnapshots } from './snapshots.ts';

/** Everybody who is told of a plugin's events. */
export interface Audience extends SessionListener {
  /** One more, who begins with a snapshot. */
  join(): Feed;
  leave(feed: Feed): void;
  /** Ends all feeds; whoever joins later finds the end. */
  close(): void;
}

/** Nobody. Snapshots are fetched only for somebody. */
export function createAudience({ filter, http, queueLimit }: Settled): Audience {
  const feeds = new Set<Feed>();
  let hasBegun = false;
  let isClosed = false;
  const push = (item: PluginEvent | Pending) => {
    for (const feed of feeds) feed.push(item);
  };
  const report = createProblemReport((problem) =>
    push({ kind: 'problem', name: 'problem', problem }),
  );
  const snapshots = http === null ? null : createSnapshots({ base: http, push, report });
  const onStale: SessionListener['onStale'] = (cause) => {
    hasBegun = true;
    if (feeds.size > 0 && !isClosed) snapshots?.request(cause);
  };
  return {
    onEvent: push,
    onStale,
    report,
    join() {
      const feed = createFeed({
        limit: queueLimit,
        isWanted: (name) => isWanted(filter, name),
        onSlow: () => onStale('slow'),
      });
      if (isClosed) feed.end();
      else feeds.add(feed);
      if (hasBegun) onStale('start');
      return feed;
    },
    leave(feed) {
      feeds.delete(feed);
      feed.end();
    },
    close() {
      isClosed = true;
      snapshots?.close();
      for (const feed of feeds) feed.end();
    },
  };
}
