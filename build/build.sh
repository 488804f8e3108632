#!/bin/bash
# Makes dist/: the programs, the kit for plugins with its example, the page, and the scripts for Redis.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf dist
node build/programs.js
tsc -p build/kit.json
tsc -p src/http/page
cp src/http/page/*.{html,css,svg} dist/http/page/
(cd src && find . -name '*.lua' -print0 | tar c --null -T -) | tar x -C dist
chmod +x dist/main.js dist/hipachectl.js
