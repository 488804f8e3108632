#!/bin/bash
# ioredis: a client whose database the server refuses is ready, and works in database 0.
#
# Versions: ioredis 6.0.0, redis-server 7.0.15 (Debian 12), Node 20 or newer; with RESP2 and RESP3, with the ready check.
# Guess: `redis://host/7` is database 7 or nothing: where the server has none of that number, or its user may not SELECT,
# connecting fails as it does for a password that is refused, and no command is run.
# Seen: one `error` comes, then `ready`. The connection stays, each command is run, and a SET that was meant for database
# 7 is found in database 0, where somebody else's keys are. The client selects beside what it connects with, and waits for
# no answer. To be safe, send SELECT once more and wait for it before anything else.
#
# Needs Debian 12 with apt, dpkg, node and npm. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
cleanup() {
  [ -z "${SERVER:-}" ] || kill "$SERVER" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$DIR"
}
trap cleanup EXIT
cd "$DIR"

apt-get -qq download -o APT::Sandbox::User=root 'redis-server=5:7.0.15*' 'redis-tools=5:7.0.15*' \
  libhiredis0.14 libjemalloc2 liblua5.1-0 liblzf1 lua-bitop lua-cjson
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
npm install --silent --no-audit --no-fund --prefix "$DIR" ioredis@6.0.0

export LD_LIBRARY_PATH=$DIR/unpacked/usr/lib/x86_64-linux-gnu
PORT=$(node -e 'const s=require("net").createServer().listen(0,()=>{console.log(s.address().port);s.close()})')
"$DIR/unpacked/usr/bin/redis-server" --port "$PORT" --bind 127.0.0.1 --databases 4 --save '' \
  --user default on nopass '~*' '&*' +@all --user few on '>secret' '~*' '&*' +@all -select >log &
SERVER=$!

cat >client.mjs <<'END'
import { Redis } from 'ioredis';

const [port] = process.argv.slice(2);
const zero = new Redis(port);

async function work(url, protocol) {
  const events = [];
  const client = new Redis(url, { protocol, lazyConnect: true, retryStrategy: () => null });
  for (const name of ['ready', 'close']) client.on(name, () => events.push(name));
  client.on('error', ({ message }) => events.push(/DB index|NOPERM/.exec(message)?.[0] ?? message));
  await client.connect();
  await client.set('mine', 'set');
  const found = await zero.getdel('mine');
  client.disconnect();
  return `${events.join(', ')}; in database 0: ${found}`;
}

for (const protocol of [2, 3]) {
  console.log(`RESP${protocol}, none of that number: ${await work(`redis://127.0.0.1:${port}/7`, protocol)}`);
  console.log(`RESP${protocol}, no right to SELECT: ${await work(`redis://few:secret@127.0.0.1:${port}/3`, protocol)}`);
  console.log(`RESP${protocol}, one that there is: ${await work(`redis://127.0.0.1:${port}/3`, protocol)}`);
}
zero.disconnect();
END
for _ in $(seq 50); do
  grep -q 'Ready to accept' log && break
  sleep 0.1
done
timeout 30 node client.mjs "$PORT" | tee seen
diff - seen <<'END'
RESP2, none of that number: DB index, ready; in database 0: set
RESP2, no right to SELECT: NOPERM, ready; in database 0: set
RESP2, one that there is: ready; in database 0: null
RESP3, none of that number: DB index, ready; in database 0: set
RESP3, no right to SELECT: NOPERM, ready; in database 0: set
RESP3, one that there is: ready; in database 0: null
END
