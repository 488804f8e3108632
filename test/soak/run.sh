#!/bin/bash
# run.sh [--minutes N] [--seed S]: the soak by hand, with the Node of the image. Needs root and what `npm test` needs.
set -euo pipefail
cd "$(dirname "$0")/../.."
MAJOR=24
home=$PWD/.cache/node-$MAJOR
[ -x "$home/node_modules/node/bin/node" ] || {
  mkdir -p "$home"
  npm install --silent --no-audit --no-fund --no-save --prefix "$home" "node@$MAJOR"
}
exec "$home/node_modules/node/bin/node" test/soak/main.ts "$@"
