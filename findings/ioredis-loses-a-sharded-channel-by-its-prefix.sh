#!/bin/bash
# ioredis: with `keyPrefix` a sharded channel gets the prefix, and after each reconnect once more, so that nothing comes.
#
# Versions: ioredis 6.0.0 with redis-server 7.0.15 (Debian 12), Node 20 or newer.
# Guess: `keyPrefix` is for keys: a channel is called as it was asked for, by `subscribe` and by `ssubscribe`, as each message
# names it; and after a reconnect the same channels are subscribed to as before.
# Seen: `subscribe('news')` is `news`. `ssubscribe('news')` is `app:news`, the message names `app:news`, and this is the name
# that is kept: after a reconnect it is asked for with the prefix again, `app:app:news`, then `app:app:app:news`. There is no
# error and no end: messages no longer come, while those of plain channels do. Nor does `sunsubscribe('news')` end it then.
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

cat >channels.cjs <<'END'
const { setTimeout: pause } = require('node:timers/promises');
const Redis = require('ioredis');

const path = 'redis.sock';
const other = new Redis({ path });
const subscriber = new Redis({ path, keyPrefix: 'app:' });
const publisher = new Redis({ path, keyPrefix: 'app:' });
const heard = [];
subscriber.on('message', (channel, text) => heard.push(`${text} on ${channel}`));
subscriber.on('smessage', (channel, text) => heard.push(`${text} on ${channel}`));

async function report(when) {
  await publisher.publish('news', 'plain');
  await publisher.spublish('news', 'sharded');
  await pause(300);
  const channels = [await other.pubsub('CHANNELS'), await other.pubsub('SHARDCHANNELS')];
  console.log(`${when}: subscribed to ${channels[0]} and, sharded, ${channels[1]}; heard ${heard.splice(0).join(', ')}`);
}
async function cut() {
  const again = new Promise((resolve) => subscriber.once('ready', resolve));
  await other.client('KILL', 'TYPE', 'pubsub');
  await again;
  while ((await other.pubsub('SHARDCHANNELS')).length === 0) await pause(50);
  await pause(100);
}

(async () => {
  await subscriber.subscribe('news');
  await subscriber.ssubscribe('news');
  await report('first');
  await cut();
  await report('connected again');
  await cut();
  await report('and once more');
  await subscriber.sunsubscribe('news');
  console.log(`after sunsubscribe: ${await other.pubsub('SHARDCHANNELS')}`);
  process.exit();
})();
END
node channels.cjs | tee seen
diff - seen <<'END'
first: subscribed to news and, sharded, app:news; heard plain on news, sharded on app:news
connected again: subscribed to news and, sharded, app:app:news; heard plain on news
and once more: subscribed to news and, sharded, app:app:app:news; heard plain on news
after sunsubscribe: app:app:app:news
END
