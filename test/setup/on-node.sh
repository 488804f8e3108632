#!/bin/bash
# on-node.sh MAJOR...: the quick tests on other versions of Node, which npm brings into .cache.
set -euo pipefail
cd "$(dirname "$0")/../.."

for major in "$@"; do
  home=$PWD/.cache/node-$major
  [ -x "$home/node_modules/node/bin/node" ] || {
    mkdir -p "$home"
    npm install --silent --no-audit --no-fund --no-save --prefix "$home" "node@$major"
  }
  node=$home/node_modules/node/bin/node
  echo "unit tests on Node $("$node" --version)"
  # Workers inherit the binary that runs vitest. Each loads all that there is, so one takes a third less of a processor
  # than two.
  "$node" node_modules/vitest/vitest.mjs run --project unit --maxWorkers=1 --reporter=default --reporter=./test/setup/summary-reporter.ts
done
