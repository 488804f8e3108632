#!/bin/bash
# ioredis: with `enableAutoPipelining` a MULTI or a pipeline overtakes the commands that were called before it.
#
# Versions: ioredis 6.0.0, redis-server 7.0.15 (Debian 12), Node 20 or newer.
# Guess: "No other code change is necessary" (README): commands of one connection are sent in the order in which they were
# called, so that `multi()` and `pipeline()` see what was set before them.
# Seen: single commands wait for the end of the turn of the event loop; `multi()` and `pipeline()` are sent at once. What is
# read in a transaction is the value before the SET that was called first, and what is set in it is overwritten by that
# SET. `quit()` is sent at once as well: what was called before it is refused then. Single commands keep their order among
# each other. Whoever turns it on must await what a transaction builds on.
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
"$DIR/unpacked/usr/bin/redis-server" --port 0 --unixsocket "$DIR/redis.sock" --save '' >log &
SERVER=$!
for _ in $(seq 50); do
  [ -S redis.sock ] && break
  sleep 0.1
done

cat >client.mjs <<'END'
import { Redis } from 'ioredis';

const socket = `${process.cwd()}/redis.sock`;
const plain = new Redis(socket);

async function work(enableAutoPipelining) {
  const client = new Redis(socket, { enableAutoPipelining });
  const said = [];
  const after = async (name, call) => {
    await client.ping();
    await plain.set('count', 'old');
    const set = client.set('count', '10');
    const answer = await call();
    said.push(`${name} ${JSON.stringify(answer)} (SET: ${await set}, then ${await plain.get('count')})`);
  };
  await after('GET', () => client.get('count'));
  await after('MULTI, GET', () => client.multi().get('count').exec());
  await after('pipeline, GET', () => client.pipeline().get('count').exec());
  await after('MULTI, SET 11', () => client.multi().set('count', '11').exec());
  client.disconnect();
  return said;
}

for (const enabled of [false, true]) {
  for (const line of await work(enabled)) console.log(`autopipelining ${enabled ? 'on' : 'off'}: SET 10, ${line}`);
}
plain.disconnect();
END
timeout 30 node client.mjs | tee seen
diff - seen <<'END'
autopipelining off: SET 10, GET "10" (SET: OK, then 10)
autopipelining off: SET 10, MULTI, GET [[null,"10"]] (SET: OK, then 10)
autopipelining off: SET 10, pipeline, GET [[null,"10"]] (SET: OK, then 10)
autopipelining off: SET 10, MULTI, SET 11 [[null,"OK"]] (SET: OK, then 11)
autopipelining on: SET 10, GET "10" (SET: OK, then 10)
autopipelining on: SET 10, MULTI, GET [[null,"old"]] (SET: OK, then 10)
autopipelining on: SET 10, pipeline, GET [[null,"old"]] (SET: OK, then 10)
autopipelining on: SET 10, MULTI, SET 11 [[null,"OK"]] (SET: OK, then 10)
END
