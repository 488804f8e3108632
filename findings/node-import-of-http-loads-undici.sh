#!/bin/bash
# Node 24.21.0, from npm's package `node`. No input but a program of one line.
#
# Expected: it makes no difference to what is loaded whether a program gets `node:http` by `import` or by `require`.
# Seen: `import 'node:http'` alone loads undici, Node's client of `fetch` and WebSocket, and takes some 43 ms of
# processor time where `require('node:http')` takes 8. `import` of `node:https` does not. Output:
#
#   require('node:http'):  no undici
#   process.getBuiltinModule('node:http'):  no undici
#   import 'node:http':  undici
#   import 'node:https':  no undici
#
# Why it surprises: to make a module of a built-in one Node reads every export once, getters included, and exports of
# `node:http` are getters that load undici when they are read. So the format of a program decides whether a server
# that fetches nothing pays for the client, and a bundler that makes `import` of `require` slows a start.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" node@24.21.0
node=$folder/node_modules/node/bin/node

# loads NAME PROGRAM FORMAT: tells whether the program loaded undici
loads() {
  printf '%s:  ' "$1"
  "$node" --input-type="$3" --eval "$2; console.log(
    process.moduleLoadList.some((name) => name.includes('undici/undici')) ? 'undici' : 'no undici')"
}

{
  loads "require('node:http')" "require('node:http')" commonjs
  loads "process.getBuiltinModule('node:http')" "process.getBuiltinModule('node:http')" module
  loads "import 'node:http'" "import 'node:http'" module
  loads "import 'node:https'" "import 'node:https'" module
} | tee "$folder/seen"

diff - "$folder/seen" <<'END'
require('node:http'):  no undici
process.getBuiltinModule('node:http'):  no undici
import 'node:http':  undici
import 'node:https':  no undici
END
