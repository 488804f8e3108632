#!/bin/bash
# ioredis: with Sentinels `maxRetriesPerRequest` counts no attempt that fails at the Sentinels: a command waits on, whatever it says.
#
# Versions: ioredis 6.0.0 with redis-server 7.0.15 (Debian 12) as Sentinel, Node 20 or newer.
# Guess: a command is given up after so many attempts to connect (by default 20), by Sentinels as without, "so that commands
# won't wait forever"; and if all Sentinels answer that they know no such master, the error says so and not that they are away.
# Seen: only attempts at Redis itself count. Where no Sentinel answers, or none knows the name, attempt follows attempt and
# each is told as "All sentinels are unreachable", also of one that just answered "No such master with that name"; with
# `maxRetriesPerRequest: 1` the command has neither an answer nor an error 15 attempts later. `commandTimeout` ends it.
#
# Needs Debian 12 with apt, dpkg, node, npm and python3. Exits with 1 if this changes.
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
read -r PORT CLOSED < <(python3 -c '
import socket
sockets = [socket.socket() for _ in range(2)]
for s in sockets: s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in sockets])')
printf 'port %s\nbind 127.0.0.1\n' "$PORT" >sentinel.conf
"$DIR/unpacked/usr/bin/redis-server" sentinel.conf --sentinel >log &
SERVER=$!
for _ in $(seq 50); do
  "$DIR/unpacked/usr/bin/redis-cli" -p "$PORT" ping >answer 2>&1 && break
  sleep 0.1
done

cat >wait.cjs <<'END'
const Redis = require('ioredis');

const [port, closed] = process.argv.slice(2).map(Number);
/** Asks once; tells how it ended, or that it has not after 15 attempts. */
async function ask(name, options) {
  const client = new Redis({ host: '127.0.0.1', maxRetriesPerRequest: 1, ...options });
  let attempts = 0;
  let last = '';
  const many = new Promise((resolve) => {
    client.on('error', ({ message }) => {
      attempts += 1;
      last = message.replace(/from scratch after \d+ms/, 'from scratch').replace(/\d+$/, 'PORT');
      if (attempts === 15) resolve('waits after 15 attempts');
    });
  });
  const end = client.ping().then(() => 'answered', (error) => (error.name === 'Error' ? error.message : error.name));
  console.log(`${name}: ${await Promise.race([many, end])}`);
  console.log(`  told: ${last}`);
  end.catch(() => {});
  client.disconnect();
}
(async () => {
  const sentinels = (at) => ({ name: 'web', sentinels: [{ host: '127.0.0.1', port: at }] });
  await ask('Redis away', { port: closed });
  await ask('Sentinel away', sentinels(closed));
  await ask('Sentinel that knows no such master', sentinels(port));
  await ask('the same, commandTimeout', { ...sentinels(port), commandTimeout: 300 });
  process.exit();
})();
END
node wait.cjs "$PORT" "$CLOSED" | tee seen
diff - seen <<'END'
Redis away: MaxRetriesPerRequestError
  told: connect ECONNREFUSED 127.0.0.1:PORT
Sentinel away: waits after 15 attempts
  told: All sentinels are unreachable. Retrying from scratch. Last error: Connection is closed.
Sentinel that knows no such master: waits after 15 attempts
  told: All sentinels are unreachable. Retrying from scratch. Last error: ERR No such master with that name
the same, commandTimeout: Command timed out
  told: All sentinels are unreachable. Retrying from scratch. Last error: ERR No such master with that name
END
