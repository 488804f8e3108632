#!/bin/bash
# prom-client: a registry that `Registry.merge` makes has lost the default labels of its parts.
#
# Version: prom-client 15.1.3, Node 20 or newer.
# Guess: merged, two registries tell what both told: the same names, labels and values, also of a metric that is
# registered in a part later on, as each look collects anew.
# Seen: the labels that `setDefaultLabels` gave to a part are on no series any more, so that what was kept apart by
# `instance` or `shard` is one series for Prometheus, or none that a rule finds. The values go on, as the metrics
# themselves are shared, but a metric that is registered later is not there.
#
# Needs node and npm. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"
npm install --silent --no-audit --no-fund --prefix "$DIR" prom-client@15.1.3

cat >merge.cjs <<'END'
const { Gauge, Registry } = require('prom-client');

const gauge = (registry, name) => new Gauge({ name, help: 'Jobs.', labelNames: ['queue'], registers: [registry] });
const told = async (registry) => {
  const text = await registry.metrics();
  return text.split('\n').filter((line) => line.startsWith('jobs')).join(', ');
};

(async () => {
  const [first, second] = [new Registry(), new Registry()];
  first.setDefaultLabels({ shard: 'a' });
  second.setDefaultLabels({ shard: 'b' });
  const waiting = gauge(first, 'jobs_waiting');
  waiting.set({ queue: 'mail' }, 1);
  gauge(second, 'jobs_done').set({ queue: 'mail' }, 7);
  console.log(`first: ${await told(first)}`);
  console.log(`second: ${await told(second)}`);
  const merged = Registry.merge([first, second]);
  console.log(`merged: ${await told(merged)}`);
  waiting.set({ queue: 'mail' }, 2);
  gauge(second, 'jobs_later').set({ queue: 'mail' }, 3);
  console.log(`merged, later: ${await told(merged)}`);
})();
END
node merge.cjs | tee seen
diff - seen <<'END'
first: jobs_waiting{queue="mail",shard="a"} 1
second: jobs_done{queue="mail",shard="b"} 7
merged: jobs_waiting{queue="mail"} 1, jobs_done{queue="mail"} 7
merged, later: jobs_waiting{queue="mail"} 2, jobs_done{queue="mail"} 7
END
