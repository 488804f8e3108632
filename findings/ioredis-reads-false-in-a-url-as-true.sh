#!/bin/bash
# ioredis: options in the query of a URL stay text, so that `lazyConnect=false` is lazy and `maxRetriesPerRequest=1` is no limit.
#
# Versions: ioredis 6.0.0 with redis-server 7.0.15 (Debian 12), Node 20 or newer.
# Guess: `redis://host/?lazyConnect=false&maxRetriesPerRequest=1` says what `{ lazyConnect: false, maxRetriesPerRequest: 1 }`
# says; or an option that is no text is refused there. And where URL and object differ, the object, which is in the code, wins.
# Seen: all but `db` and `family` stay text, and a text that is not empty is true. With `lazyConnect=false` the client does not
# connect until the first command, with `tls=false` it speaks TLS, with `enableReadyCheck=false` it checks. `maxRetriesPerRequest=1`
# is compared as text and never reached: the command waits on where the number 1 gives it up. What the URL says
# wins over the object: `new Redis('redis://host/5', { db: 6 })` is in database 5.
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
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$DIR/unpacked/usr/bin/redis-server" --port "$PORT" --bind 127.0.0.1 --save '' >log &
SERVER=$!
for _ in $(seq 50); do
  "$DIR/unpacked/usr/bin/redis-cli" -p "$PORT" ping >answer 2>&1 && break
  sleep 0.1
done

cat >address.cjs <<'END'
const { createServer } = require('node:net');
const { setTimeout: pause } = require('node:timers/promises');
const Redis = require('ioredis');

const [port, closed] = process.argv.slice(2);
const clients = [];
function connect(...options) {
  const client = new Redis(...options);
  client.on('error', () => {});
  clients.push(client);
  return client;
}
/** A client of which `url` is asked and one of which `object` is. */
async function compare(name, look, url, object) {
  console.log(`${name}: by the URL ${await look(url)}, by the object ${await look(object)}`);
}
const at = (place) => `redis://127.0.0.1:${place}/`;

(async () => {
  await compare('lazyConnect false', async (client) => { await pause(500); return client.status; },
    connect(`${at(port)}?lazyConnect=false`), connect(at(port), { lazyConnect: false }));
  const retried = async (client) => {
    let attempts = 0;
    client.on('reconnecting', () => { attempts += 1; });
    const ended = client.ping().then(() => 'answered', (error) => error.name);
    const waits = (async () => { while (attempts < 6) await pause(20); return 'waits after 6 attempts'; })();
    return Promise.race([ended, waits]);
  };
  await compare('maxRetriesPerRequest 1', retried,
    connect(`${at(closed)}?maxRetriesPerRequest=1`), connect(at(closed), { maxRetriesPerRequest: 1 }));
  const server = createServer((socket) => socket.on('error', () => {}));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const first = async (make) => {
    const said = new Promise((resolve) => server.once('connection', (socket) => socket.once('data', resolve)));
    make();
    return (await said)[0] === 0x16 ? 'TLS' : 'plain';
  };
  await compare('tls false', first, () => connect(`${at(server.address().port)}?tls=false`),
    () => connect(at(server.address().port), { tls: false }));
  const info = await connect(`${at(port)}5`, { db: 6 }).client('INFO');
  console.log(`/5 and { db: 6 }: ${/db=\d+/.exec(info)[0]}`);
  process.exit();
})();
END
CLOSED=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
node address.cjs "$PORT" "$CLOSED" | tee seen
diff - seen <<'END'
lazyConnect false: by the URL wait, by the object ready
maxRetriesPerRequest 1: by the URL waits after 6 attempts, by the object MaxRetriesPerRequestError
tls false: by the URL TLS, by the object plain
/5 and { db: 6 }: db=5
END
