#!/bin/bash
# ioredis: with `commandTimeout`, what a blocking command takes after its time is over is lost.
#
# Versions: ioredis 6.0.0 with redis-server 7.0.15 (Debian 12), Node 20 or newer.
# Guess: `commandTimeout` is for commands that the server answers at once; one that waits by its nature (BLPOP with a
# timeout of its own, or 0) is left alone, or, if it is given up, so is its place in the server's line.
# Seen: BLPOP is rejected with "Command timed out", goes on waiting at the server, and takes the next element: the reply finds
# nobody and is thrown away, without an event. A worker that catches the error and asks again loses the jobs that come
# meanwhile to the calls that it has given up, in the order in which it made them.
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

cat >worker.cjs <<'END'
const { setTimeout: pause } = require('node:timers/promises');
const Redis = require('ioredis');

const path = 'redis.sock';
const producer = new Redis({ path });
const worker = new Redis({ path, commandTimeout: 300 });
const take = () => worker.blpop('jobs', 20).then(([, job]) => job, (error) => error.message);
const waiting = async () => /blocked_clients:(\d+)/.exec(await producer.info('clients'))[1];

(async () => {
  for (const call of ['first', 'second']) console.log(`${call} call: ${await take()}`);
  console.log(`clients that wait at the server: ${await waiting()}`);
  const third = take();
  for (const job of ['a', 'b', 'c']) await producer.rpush('jobs', job);
  console.log(`jobs a, b and c are put in; third call: ${await third}`);
  await pause(100);
  console.log(`left in the list: ${(await producer.lrange('jobs', 0, -1)).join(', ') || 'nothing'}`);
  process.exit();
})();
END
node worker.cjs | tee seen
diff - seen <<'END'
first call: Command timed out
second call: Command timed out
clients that wait at the server: 1
jobs a, b and c are put in; third call: c
left in the list: nothing
END
