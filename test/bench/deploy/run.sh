#!/bin/bash
# What deploys, stops and failures cost under traffic; see main.ts. Needs what `npm test` needs, and docker compose.
#   bash test/bench/deploy/run.sh --beside FOLDER   another version that was built, in the same run
#   bash test/bench/deploy/run.sh --front 8080 --label 'traefik.http.routers.{id}.rule=Host(`{host}`)'
#   bash test/bench/deploy/run.sh --engine trixie   on the Docker engine of a Debian suite, which is started for it; first
set -euo pipefail
cd "$(dirname "$0")/../../.."
measure=(bash test/setup/node.sh test/bench/deploy/main.ts)
if [ "${1:-}" = --engine ]; then
  exec bash test/engines/on-engine.sh "$2" "${measure[@]}" "${@:3}"
fi
exec "${measure[@]}" "$@"
