#!/bin/bash
# prom-client: the event loop's lag is told once; whoever asks next hears of the time since then alone.
#
# Version: prom-client 15.1.3, Node 20 or newer.
# Guess: `nodejs_eventloop_lag_max_seconds`, `_mean`, `_stddev` and the quantiles are of the life of the process, or of a
# window of time, and the same for all who ask: a scrape changes nothing.
# Seen: every collection empties what they are computed from. With two Prometheus servers, as is usual for a spare one,
# or with a look by hand between two scrapes, a pause of the process is seen by whoever comes first, and by no other
# one: two servers of the same targets have two histories, and an alert goes off in one of them.
#
# Needs node and npm. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"
npm install --silent --no-audit --no-fund --prefix "$DIR" prom-client@15.1.3

cat >lag.cjs <<'END'
const { setTimeout: pause } = require('node:timers/promises');
const { Registry, collectDefaultMetrics } = require('prom-client');

const register = new Registry();
collectDefaultMetrics({ register });
const seen = async () => {
  const text = await register.metrics();
  const longest = (name) => Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (.*)`, 'm').exec(text)[1]);
  const word = (seconds) => (seconds >= 2 ? 'seconds' : 'less');
  return `max ${word(longest('max'))}, p99 ${word(longest('p99'))}`;
};

(async () => {
  await pause(100);
  const end = Date.now() + 4000;
  while (Date.now() < end);
  // Seen once the loop goes on.
  await pause(100);
  console.log(`first to ask: ${await seen()}`);
  await pause(200);
  console.log(`second to ask: ${await seen()}`);
})();
END
node lag.cjs | tee seen
diff - seen <<'END'
first to ask: max seconds, p99 seconds
second to ask: max less, p99 less
END
