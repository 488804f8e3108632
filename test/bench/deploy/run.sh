#!/bin/bash
# What deploys, stops and failures cost under traffic; see main.ts. Needs what `npm test` needs, and docker compose.
#   bash test/bench/deploy/run.sh --beside FOLDER   another version that was built, in the same run
#   bash test/bench/deploy/run.sh --front 8080 --label 'traefik.http.routers.{id}.rule=Host(`{host}`)'
set -euo pipefail
cd "$(dirname "$0")/../../.."
exec bash test/setup/node.sh test/bench/deploy/main.ts "$@"
