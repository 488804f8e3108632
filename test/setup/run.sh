#!/bin/bash
# The whole test run. Its last line is "N passed, N failed"; the exit code is 0 only if nothing failed.
set -uo pipefail
cd "$(dirname "$0")/../.."
exec </dev/null

CACHE=$PWD/.cache
ENGINE_PID=$CACHE/engine/pid
TEST_RUN=$$-$RANDOM
export TEST_RUN
PASSED=0
FAILED=0

finish() {
  remove_containers
  bash test/setup/engine.sh stop "$ENGINE_PID"
  echo "$PASSED passed, $FAILED failed"
}

# A killed worker cannot clean up after itself; whatever carries this run's label goes here.
remove_containers() {
  command -v docker >/dev/null || return 0
  local containers
  containers=$(docker ps -aq --filter "label=test.autodock.run=$TEST_RUN" 2>/dev/null)
  [ -z "$containers" ] || docker rm -f $containers >/dev/null
}

# One thing that must succeed, counted as one test.
check() {
  local title=$1
  shift
  echo "== $title"
  if "$@"; then PASSED=$((PASSED + 1)); else
    echo "FAILED: $title" >&2
    FAILED=$((FAILED + 1))
    return 1
  fi
}

# A run of vitest; a runner that crashes or ends badly without naming a failed test counts as one failure.
suite() {
  local title=$1 summary code passed failed
  shift
  summary=$(mktemp)
  echo "== $title"
  TEST_SUMMARY=$summary "$@"
  code=$?
  if read -r passed failed <"$summary"; then
    [ "$code" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
    PASSED=$((PASSED + passed))
    FAILED=$((FAILED + failed))
  else
    echo "FAILED: $title did not come to its end (exit code $code)" >&2
    FAILED=$((FAILED + 1))
  fi
  rm -f "$summary"
}

vitest() {
  npx --no-install vitest run --reporter=default --reporter=./test/setup/summary-reporter.ts "$@"
}

main() {
  check 'what the tests need is installed' bash test/setup/install.sh || return
  [ -d node_modules ] || check 'npm ci' npm ci --no-audit --no-fund || return
  check 'build' npm run --silent build || return
  check 'an engine answers' bash test/setup/engine.sh start "$ENGINE_PID" || return
  check 'lint' npm run --silent lint
  check 'types' npm run --silent types
  # Two files at once: left to itself, vitest keeps one of two cores idle.
  suite 'unit, laws, contract, conformance, fuzz, bounds, simulation' vitest --maxWorkers=2 --project unit \
    --project laws --project contract --project conformance --project fuzz --project bounds --project simulation
  suite 'end to end' vitest --project e2e --project storm
  suite 'soak' vitest --project soak
  for major in 20 22 24; do
    [ "$major" = "$(node -p 'process.versions.node.split(".")[0]')" ] ||
      suite "unit on Node $major" bash test/setup/on-node.sh "$major"
  done
}

trap finish EXIT
main
[ "$FAILED" -eq 0 ]
