#!/bin/bash
# The whole test run. Its last line is "N passed, N failed", and before it stands what failed; the exit
# code is 0 only if nothing failed.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
exec </dev/null

CACHE=$PWD/.cache
ENGINE_PID=$CACHE/engine/pid
TEST_RUN=$$-$RANDOM
export TEST_RUN
BESIDE=
BESIDE_PID=
PASSED=0
FAILED=0
FAILURES=

finish() {
  [ -z "$BESIDE" ] || take_in
  remove_containers
  stop_bare_machines
  bash test/setup/engine.sh stop "$ENGINE_PID"
  [ -z "$FAILURES" ] || printf '\nfailed:%s\n\n' "$FAILURES"
  echo "$PASSED passed, $FAILED failed"
}

# What failed, again at the end: a run is long, and of a long log often only the end is kept.
fail() {
  FAILED=$((FAILED + 1))
  FAILURES+=$'\n'"  $1"
}

# A killed worker cannot clean up after itself; whatever carries this run's label goes here.
remove_containers() {
  command -v docker >/dev/null || return 0
  docker ps -aq --filter "label=test.autodock.run=$TEST_RUN" 2>/dev/null | xargs -r docker rm -f >/dev/null
}

stop_bare_machines() {
  local machine
  for machine in "$CACHE"/bare/machines/*-"$TEST_RUN"-*; do
    [ ! -d "$machine" ] || bash test/bare/machine.sh stop "${machine##*/}"
  done
}

# Root in a container often may not mount.
can_have_bare_machines() {
  [ "$(id -u)" -eq 0 ] && command -v debootstrap >/dev/null && unshare --mount --pid --net --fork true 2>/dev/null
}

# One thing that must succeed, counted as one test.
check() {
  local title=$1
  shift
  echo "== $title"
  if "$@"; then PASSED=$((PASSED + 1)); else
    fail "$title"
    return 1
  fi
}

# A run of vitest; a runner that crashes or ends badly without naming a failed test counts as one failure.
suite() {
  local title=$1 summary code passed failed failure
  shift
  summary=$(mktemp)
  echo "== $title"
  TEST_SUMMARY=$summary "$@"
  code=$?
  {
    if read -r passed failed; then
      PASSED=$((PASSED + passed))
      while read -r failure; do fail "$title: $failure"; done
      [ "$code" -eq 0 ] || [ "$failed" -gt 0 ] || fail "$title: the runner ended with code $code"
    else
      fail "$title: did not come to its end (exit code $code)"
    fi
  } <"$summary"
  rm -f "$summary"
}

# beside COMMAND...: runs it with the processor time that the others leave, which wait most of theirs. What is run last
# leaves more than half of it: whatever is taken from the others before is missing then. What it prints and what it
# counts is kept until it is taken in.
beside() {
  BESIDE=$(mktemp -d)
  counted "$BESIDE" "$@" &
  BESIDE_PID=$!
}

counted() {
  local PASSED=0 FAILED=0 FAILURES='' folder=$1
  shift
  renice -n 15 "$BASHPID" >/dev/null
  "$@" &>"$folder/log"
  printf '%s\n' "$PASSED" "$FAILED" "$FAILURES" >"$folder/counts"
}

take_in() {
  local passed failed failures
  wait "$BESIDE_PID"
  cat "$BESIDE/log"
  if { read -r passed && read -r failed && failures=$(cat); } <"$BESIDE/counts"; then
    PASSED=$((PASSED + passed))
    FAILED=$((FAILED + failed))
    FAILURES+=$failures
  else
    fail 'what ran beside did not come to its end'
  fi
  rm -r "$BESIDE"
  BESIDE=
}

# Fetched while Debian's packages are. What their scripts would compile, ways of ssh that are left out, nobody uses.
packages() {
  check 'npm ci' npm ci --no-audit --no-fund --ignore-scripts
}

# What only computes.
computing() {
  # Programs in Go whose garbage is collected seldom, and one checker of types: 18 processor seconds in place of 25, in
  # 820 MB in place of 800.
  GOGC=400 check 'lint' npm run --silent lint
  GOGC=400 check 'types of the tests' npm run --silent types:test -- --checkers 1
  # Each on one core, while others are there for the other one.
  for major in 20 22; do
    suite "unit on Node $major" bash test/setup/on-node.sh "$major"
  done
  suite 'unit, simulation, laws' vitest --project unit --project simulation --project laws
}

vitest() {
  node_modules/.bin/vitest run --reporter=default --reporter=./test/setup/summary-reporter.ts "$@"
}

# What is tested is what is shipped; and as in the image, it keeps what it compiled.
use_node_of_image() {
  local node
  node=$(bash test/setup/node.sh -p process.execPath) || return
  export PATH=${node%/*}:$PATH NODE_COMPILE_CACHE=$CACHE/compiled
}

main() {
  local waiting
  [ -d node_modules ] || beside packages
  check 'what the tests need is installed' bash test/setup/install.sh || return
  check 'the Node of the image is here' use_node_of_image || return
  [ -z "$BESIDE" ] || take_in
  [ "$FAILED" -eq 0 ] || return
  check 'build' npm run --silent build || return
  check 'an engine answers' bash test/setup/engine.sh start "$ENGINE_PID" || return
  check 'the program starts' node dist/main.js --version || return
  beside computing
  waiting=(--project contract --project conformance --project fuzz --project bounds --project e2e)
  waiting+=(--project storm --project soak)
  if can_have_bare_machines; then
    # Beside the others: most of its time packages are fetched and unpacked.
    suite 'contract, conformance, fuzz, bounds, end to end, a bare machine, soak' \
      vitest "${waiting[@]}" --project bare
  else
    echo 'not tried: a bare machine (it takes root with CAP_SYS_ADMIN, and debootstrap)'
    suite 'contract, conformance, fuzz, bounds, end to end, soak' vitest "${waiting[@]}"
  fi
  take_in
}

trap finish EXIT
main
[ "$FAILED" -eq 0 ]
