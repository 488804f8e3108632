#!/bin/bash
# Measures what the documentation claims, on this machine, and prints it as tables. Needs what `npm test` needs.
# With the Node of the image; `bash test/bench/run.sh steady simulated` runs only these parts.
# On another engine: DOCKER_HOST=unix:///path bash test/bench/run.sh (inside that engine's network namespace).
set -euo pipefail
cd "$(dirname "$0")/../.."
exec bash test/setup/node.sh test/bench/main.ts "$@"
