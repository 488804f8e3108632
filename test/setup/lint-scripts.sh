#!/bin/bash
# lint-scripts.sh: what the linters of TypeScript do not read: shell scripts by shellcheck, Lua by luacheck. A linter
# that is not installed (install.sh does so) is left out, with a word.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Every shell script: by its name, or by its first line.
shell_scripts() {
  bash test/setup/files.sh . | xargs -0 awk '
    FNR == 1 && (FILENAME ~ /\.sh$/ || /^#!.*[\/ ](ba)?sh$/) { print FILENAME } { nextfile }' 2>/dev/null
}

has() {
  command -v "$1" >/dev/null || { echo "$1 is not installed: left out" >&2; return 1; }
}

main() {
  local scripts failed=0
  if has shellcheck; then
    mapfile -t scripts < <(shell_scripts)
    shellcheck "${scripts[@]}" || failed=1
  fi
  if has luacheck; then luacheck --quiet --no-color src deploy || failed=1; fi
  return "$failed"
}

main
