#!/bin/bash
# Runs the conformance suite against any proxy that serves hipache's keys:
#   npm run conformance -- --proxy http://127.0.0.1:8080 --redis redis://127.0.0.1:6379 --profile hipache
# Without --proxy, against our front. The Redis must hold no key but what our front writes of itself; the suite writes
# and deletes keys. The proxy should give up a connection after less than a second and a silent backend after one to
# three.
# Profiles: autodock (the default), hipache, planb.
set -euo pipefail
cd "$(dirname "$0")/../.."
while [ $# -gt 0 ]; do
  case $1 in
    --proxy) export CONFORMANCE_PROXY=$2 ;;
    --redis) export CONFORMANCE_REDIS=$2 ;;
    --profile) export CONFORMANCE_PROFILE=$2 ;;
    *) echo "unknown argument $1; there are --proxy URL, --redis URL and --profile NAME" >&2 && exit 64 ;;
  esac
  shift 2
done
[ -z "${CONFORMANCE_PROXY:-}" ] || [ -n "${CONFORMANCE_REDIS:-}" ] || {
  echo "--proxy needs --redis: the keys are written there" >&2
  exit 64
}
exec npx --no-install vitest run --project conformance
