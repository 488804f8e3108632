#!/bin/bash
# prom-client: a histogram whose buckets are not in ascending order counts wrong, and says nothing.
#
# Version: prom-client 15.1.3, Node 20 or newer.
# Guess: `buckets: [10, 1, 5]` is sorted, or refused, as the Go client refuses it; `Infinity` at the end is the bucket that
# each histogram has anyway, as there.
# Seen: the first bucket in the order as written that holds a value counts it, and so do all that are written behind it: 7
# is counted as at most 1. With `Infinity` there is a bucket `le="Infinity"` beside `le="+Inf"`, one more series for each
# set of labels. A list that is put together of a default one and a border of one's own, pushed behind, is such a list.
#
# Needs node and npm. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"
npm install --silent --no-audit --no-fund --prefix "$DIR" prom-client@15.1.3

cat >buckets.cjs <<'END'
const { Histogram, Registry } = require('prom-client');

async function told(buckets, values) {
  const registers = [new Registry()];
  const histogram = new Histogram({ name: 'wait_seconds', help: 'Waits.', buckets, registers });
  for (const value of values) histogram.observe(value);
  const text = await registers[0].metrics();
  return [...text.matchAll(/le="([^"]+)"\} (\d+)/g)].map(([, border, count]) => `${border}: ${count}`).join(', ');
}

(async () => {
  for (const buckets of [[1, 5, 10], [10, 1, 5], [1, Infinity]])
    console.log(`7 and 3 in [${buckets.join(', ')}]: ${await told(buckets, [7, 3])}`);
})();
END
node buckets.cjs | tee seen
diff - seen <<'END'
7 and 3 in [1, 5, 10]: 1: 0, 5: 1, 10: 2, +Inf: 2
7 and 3 in [10, 1, 5]: 10: 2, 1: 2, 5: 2, +Inf: 2
7 and 3 in [1, Infinity]: 1: 0, Infinity: 2, +Inf: 2
END
