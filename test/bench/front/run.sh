#!/bin/bash
# Measures the front beside plain nginx and HAProxy; see main.ts. Needs what `npm test` needs, and wrk.
set -euo pipefail
cd "$(dirname "$0")/../../.."
command -v wrk >/dev/null || {
  echo "bench:front needs wrk, which makes the requests: apt-get install wrk" >&2
  exit 1
}
exec bash test/setup/node.sh test/bench/front/main.ts "$@"
