#!/bin/bash
# run.sh [SUITE...] [FILE...]: every test that asks an engine, or those of these files, against the engines of Debian
# suites, and a table of how it went. Default: bookworm (Docker 20.10), trixie (26.1), sid (28.5 or newer), and podman of
# two suites, podman-bookworm (4.3) and podman-trixie (5.4), which has tests of its own. Needs Debian and root, podman
# debootstrap besides.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

SUITES=()
FILES=()
for word in "$@"; do
  case $word in
    */*) FILES+=("$word") ;;
    podman) SUITES+=(podman-bookworm podman-trixie) ;;
    *) SUITES+=("$word") ;;
  esac
done
[ ${#SUITES[@]} -gt 0 ] || SUITES=(bookworm trixie sid podman-bookworm podman-trixie)
RUNNING=''
TABLE=''
FAILED=0

trap 'stop_engine' EXIT

stop_engine() {
  [ -z "$RUNNING" ] || bash test/engines/engine.sh stop "$RUNNING"
  RUNNING=''
}

# What an engine says of itself: field 'Version' or 'ApiVersion'.
said() {
  curl -sf --unix-socket "$SOCKET" http://docker/version | sed -E "s/.*[,{]\"$1\":\"([^\"]*)\".*/\1/"
}

# All but the deployment's: images are built from the network, which these engines do not reach.
tests_of_an_engine() {
  grep -lE 'openSystem|systemTest|ASKED_ENGINES|SESSIONS|openDocker' test/contract/*.test.ts test/e2e/*.test.ts |
    xargs grep -L openDeployment
}

test_on() {
  SUITE=$1
  # shellcheck source=test/engines/inside.sh
  . test/engines/inside.sh
  local passed=0 failed=1 started=$SECONDS summary files
  summary=$(mktemp)
  RUNNING=$SUITE
  echo "== the engine of $SUITE"
  if bash test/engines/engine.sh start "$SUITE"; then
    files=("${FILES[@]}")
    [ ${#files[@]} -gt 0 ] || mapfile -t files < <(tests_of_an_engine)
    TEST_SUMMARY=$summary TEST_PART=yes inside npx --no-install vitest run --project contract --project e2e --project storm \
      --reporter=default --reporter=./test/setup/summary-reporter.ts "${files[@]}"
    read -r passed failed <"$summary" || echo "The tests on the engine of $SUITE did not come to their end." >&2
    TABLE+=$(printf '%-10s %-16s %-6s %8s %8s %8s' "$SUITE" "$(said Version)" "$(said ApiVersion)" \
      "$passed" "$failed" "$((SECONDS - started)) s")$'\n'
  else
    TABLE+=$(printf '%-10s %s' "$SUITE" 'does not start')$'\n'
  fi
  rm -f "$summary"
  stop_engine
  FAILED=$((FAILED + failed))
}

# podman of a Debian suite, on a bare machine: what its containers ask for by Docker's API.
test_on_podman() {
  local suite=$1 passed=0 failed=1 started=$SECONDS summary
  summary=$(mktemp)
  echo "== podman of $suite"
  PODMAN_SUITE=$suite TEST_SUMMARY=$summary TEST_PART=yes npx --no-install vitest run --project podman \
    --reporter=default --reporter=./test/setup/summary-reporter.ts
  read -r passed failed <"$summary" || echo "The tests on podman of $suite did not come to their end." >&2
  TABLE+=$(printf '%-10s %-16s %-6s %8s %8s %8s' "$suite" podman '' "$passed" "$failed" "$((SECONDS - started)) s")$'\n'
  rm -f "$summary"
  FAILED=$((FAILED + failed))
}

bash test/setup/install.sh || exit 1
for suite in "${SUITES[@]}"; do
  case $suite in podman-*) test_on_podman "${suite#podman-}" ;; *) test_on "$suite" ;; esac
done
printf '\n%-10s %-16s %-6s %8s %8s %8s\n%s' suite engine API passed failed time "$TABLE"
[ "$FAILED" -eq 0 ]
