#!/bin/bash
# ioredis: once Redis has forgotten a script, the command that was defined by it fails in every transaction from then on.
#
# Versions: ioredis 6.0.0, redis-server 7.0.15 (Debian 12), Node 20 or newer.
# Guess: a command of `defineCommand` hides whether Redis has its script: EVALSHA first, and if Redis has it not (any more),
# it is loaded; "And of course it works with pipeline" (README).
# Seen: that is so by itself and in `pipeline()`. In `multi()` a script that this connection has loaded once is taken for
# known: EXEC does the rest of the transaction, `exec()` resolves, and the answer of the one command is NOSCRIPT; so it is
# the next time, and for ever, until the command is called outside of a transaction once.
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
const [client, other] = [new Redis(socket), new Redis(socket)];
client.defineCommand('seven', { numberOfKeys: 0, lua: 'return 7' });

async function told(name, transaction) {
  const answers = await transaction.exec();
  console.log(`${name}: ${answers.map(([error, value]) => error?.message ?? value).join(', ')}`);
}
const multi = (value) => client.multi().set('key', value).seven();

await told('multi()', multi('first'));
await other.script('FLUSH');
await told('pipeline() after SCRIPT FLUSH', client.pipeline().set('key', 'second').seven());
await other.script('FLUSH');
await told('multi() after SCRIPT FLUSH', multi('third'));
await told('and again', multi('fourth'));
console.log(`the key: ${await other.get('key')}`);
console.log(`by itself: ${await client.seven()}`);
await told('multi() after that', multi('fifth'));
client.disconnect();
other.disconnect();
END
timeout 30 node client.mjs | tee seen
diff - seen <<'END'
multi(): OK, 7
pipeline() after SCRIPT FLUSH: OK, 7
multi() after SCRIPT FLUSH: OK, NOSCRIPT No matching script. Please use EVAL.
and again: OK, NOSCRIPT No matching script. Please use EVAL.
the key: fourth
by itself: 7
multi() after that: OK, 7
END
