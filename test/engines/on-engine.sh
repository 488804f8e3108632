#!/bin/bash
# on-engine.sh SUITE COMMAND...: starts the Docker engine of a Debian suite, runs a command on it, and ends it again.
# Needs Debian and root; see engine.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."

SUITE=$1
shift
# shellcheck source=test/engines/inside.sh
. test/engines/inside.sh

trap 'bash test/engines/engine.sh stop "$SUITE"' EXIT
bash test/engines/engine.sh start "$SUITE"
inside "$@"
