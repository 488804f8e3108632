#!/bin/bash
# prom-client: the quantiles of a summary that has seen nothing are 0, not NaN.
#
# Version: prom-client 15.1.3, Node 20 or newer.
# Guess: a quantile of no observations is `NaN`, as the Go client writes it and as histogram_quantile() answers,
# so that a panel has a gap there.
# Seen: it is 0, the best latency there is: before the first observation, and again once all that were seen are older
# than `maxAgeSeconds`, while `_count` and `_sum` go on from where they were.
#
# Needs node and npm. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"
npm install --silent --no-audit --no-fund --prefix "$DIR" prom-client@15.1.3

cat >summary.cjs <<'END'
const { Registry, Summary } = require('prom-client');
const { setTimeout: pause } = require('node:timers/promises');

const registers = [new Registry()];
const options = { percentiles: [0.99], maxAgeSeconds: 1, ageBuckets: 2, registers };
const summary = new Summary({ name: 'wait_seconds', help: 'Waits.', ...options });
const seen = async () => {
  const text = await registers[0].metrics();
  return text.split('\n').filter((line) => line.startsWith('wait')).join(', ');
};

(async () => {
  console.log(`nothing yet: ${await seen()}`);
  summary.observe(7);
  console.log(`one: ${await seen()}`);
  let last = await seen();
  // As many looks as it takes: a bucket is dropped when somebody looks.
  for (let look = 0; look < 100 && last.includes('} 7'); look++, last = await seen()) await pause(200);
  console.log(`it is old: ${last}`);
})();
END
node summary.cjs | tee seen
diff - seen <<'END'
nothing yet: wait_seconds{quantile="0.99"} 0, wait_seconds_sum 0, wait_seconds_count 0
one: wait_seconds{quantile="0.99"} 7, wait_seconds_sum 7, wait_seconds_count 1
it is old: wait_seconds{quantile="0.99"} 0, wait_seconds_sum 7, wait_seconds_count 1
END
