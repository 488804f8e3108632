#!/bin/bash
# ioredis and Redis with TLS 1.3: a client without the certificate that Redis requires is told `ready` first.
#
# Versions: ioredis 6.0.0, redis-server 7.0.15 (Debian 12) with `tls-auth-clients yes` (its default), Node 20 or newer.
# Guess: the connection fails while it is made, so that `connect` and `ready` never come.
# Seen: `connect` and `ready` come, then `error` with "tlsv13 alert certificate required", then `close`: in TLS 1.3 a
# client has finished its handshake before the server judges its certificate. With `enableReadyCheck: false` nothing
# is asked in between; so whoever takes `ready` for "may be used" tells of a Redis that is up, again at each attempt.
# With TLS 1.2 neither `connect` nor `ready` comes.
#
# Needs Debian 12 with apt, dpkg, openssl, node and npm. Exits with 1 if this changes.
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
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>/dev/null

export LD_LIBRARY_PATH=$DIR/unpacked/usr/lib/x86_64-linux-gnu
PORT=$(node -e 'const s=require("net").createServer().listen(0,()=>{console.log(s.address().port);s.close()})')
"$DIR/unpacked/usr/bin/redis-server" --port 0 --tls-port "$PORT" --tls-cert-file cert.pem --tls-key-file key.pem \
  --tls-ca-cert-file cert.pem --save '' >log &
SERVER=$!

cat >client.mjs <<'END'
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';

async function eventsOf(port, maxVersion) {
  const events = [];
  const tls = { ca: readFileSync('cert.pem'), maxVersion };
  const client = new Redis(`rediss://localhost:${port}`, {
    ...{ tls, lazyConnect: true, enableReadyCheck: false, disableClientInfo: true, protocol: 2 },
    retryStrategy: () => null,
  });
  for (const name of ['connect', 'ready', 'close']) client.on(name, () => events.push(name));
  client.on('error', ({ message }) => events.push(/certificate required/.test(message) ? 'required' : 'error'));
  const ended = new Promise((resolve) => client.on('end', resolve));
  await client.connect().catch(() => undefined);
  await ended;
  return events.join(' ');
}

const [port] = process.argv.slice(2);
console.log(`TLS 1.3: ${await eventsOf(port, 'TLSv1.3')}; TLS 1.2: ${await eventsOf(port, 'TLSv1.2')}`);
END
for _ in $(seq 50); do
  grep -q 'Ready to accept' log && break
  sleep 0.1
done
SEEN=$(timeout 30 node client.mjs "$PORT")
echo "$SEEN"
[ "$SEEN" = 'TLS 1.3: connect ready required close; TLS 1.2: error close' ]
