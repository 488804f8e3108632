#!/bin/bash
# RxJS: `from(stream)` does not let go of a stream when it is unsubscribed, before one more chunk comes.
#
# Versions: rxjs 7.8.2, Node 20 or newer.
# Guess: unsubscribing ends what subscribing began: the iteration is given up by `return()`, as `break` in `for await`
# does, so that a stream of Node is destroyed and its socket closed; so `takeUntil`, `timeout` and `switchMap` close what
# they leave.
# Seen: the iteration waits for its next chunk, and only when that is there it is looked at whether anybody still wants
# it. So a silent stream (events of an engine, a log that is followed, a connection that hangs) stays open as long as it
# is silent: just the one that `timeout` gave up, and each attempt of `retry` behind it leaves another. Whoever ends it
# needs an Observable of their own with `destroy()` in its teardown.
#
# Needs node and npm. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"
npm install --silent --no-audit --no-fund --prefix "$DIR" rxjs@7.8.2

cat >streams.cjs <<'END'
const { PassThrough } = require('node:stream');
const { setTimeout: pause } = require('node:timers/promises');
const { EMPTY, Subject, catchError, from, lastValueFrom, take, takeUntil, timeout } = require('rxjs');

const state = (stream) => (stream.destroyed ? 'closed' : 'open');
const opened = () => {
  const stream = new PassThrough();
  stream.write('first');
  return stream;
};

(async () => {
  const left = async (name, how) => {
    const stream = opened();
    await how(stream);
    await pause(300);
    const silent = state(stream);
    stream.write('one more');
    await pause(300);
    console.log(`${name}: ${silent}, after one more chunk ${state(stream)}`);
  };
  await left('unsubscribe()', async (stream) => {
    const subscription = from(stream).subscribe();
    await pause(100);
    subscription.unsubscribe();
  });
  await left('takeUntil', async (stream) => {
    const end = new Subject();
    from(stream).pipe(takeUntil(end)).subscribe();
    await pause(100);
    end.next();
  });
  await left('timeout', (stream) => {
    const given = from(stream).pipe(timeout(100), catchError(() => EMPTY));
    return lastValueFrom(given, { defaultValue: null });
  });
  await left('take(1), at the chunk', (stream) => lastValueFrom(from(stream).pipe(take(1))));

  // The same by the language alone.
  const stream = opened();
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  await iterator.return();
  console.log(`return() of the iterator: ${state(stream)}`);
})();
END
node streams.cjs | tee seen
diff - seen <<'END'
unsubscribe(): open, after one more chunk closed
takeUntil: open, after one more chunk closed
timeout: open, after one more chunk closed
take(1), at the chunk: closed, after one more chunk closed
return() of the iterator: closed
END
