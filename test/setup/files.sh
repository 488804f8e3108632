#!/bin/bash
# files.sh FOLDER: every file of the project there that is committed, or soon may be, each ended by a zero byte. Of an
# archive that somebody unpacked git knows nothing, or is not installed: there it is all but what is made by running.
set -euo pipefail
cd "$1"

# What is deleted and not committed is listed, too.
known_to_git() { [ -e .git ] && git ls-files -coz --exclude-standard --deduplicate 2>/dev/null; }

all() {
  find . \( -name node_modules -o -name .cache -o -name dist -o -name .git \) -prune \
    -o -type f ! -name '*.log' ! -name '*.tgz' -printf '%P\0'
}

known_to_git || all
