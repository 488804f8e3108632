#!/bin/bash
# node.sh FILE ARGUMENT...: runs a TypeScript file with the Node of the image, which npm brings into .cache.
set -euo pipefail
MAJOR=24
home=$(dirname "$0")/../../.cache/node-$MAJOR
[ -x "$home/node_modules/node/bin/node" ] || {
  mkdir -p "$home"
  npm install --silent --no-audit --no-fund --no-save --prefix "$home" "node@$MAJOR"
}
exec "$home/node_modules/node/bin/node" "$@"
