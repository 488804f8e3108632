#!/bin/bash
# Redis: a replica tells `del` of a key whose time is over, where its master tells `expired`.
#
# Version: redis-server 7.0.15 (Debian 12).
# Guess: a replica does what its master does, so keyspace notifications on it are the same: `set`, `expire`, `expired`.
# Seen: a replica ends no key by itself; it is told to delete it, and that is what it tells, `del`, as of a key that somebody
# deleted. A listener for `expired` on a replica (leases, sessions, jobs to come) hears nothing, ever, and after a failover
# the same listener on the same server hears it; one for `del` takes each end for a deletion by hand. A look at the key
# there, once its time is over, finds nothing and tells nothing.
#
# Needs Debian 12 with apt, dpkg and python3. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
cleanup() {
  for pid in ${MASTER:-} ${REPLICA:-} ${LISTENERS:-}; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$DIR"
}
trap cleanup EXIT
cd "$DIR"

apt-get -qq download -o APT::Sandbox::User=root 'redis-server=5:7.0.15*' 'redis-tools=5:7.0.15*' \
  libhiredis0.14 libjemalloc2 liblua5.1-0 liblzf1 lua-bitop lua-cjson
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
export LD_LIBRARY_PATH=$DIR/unpacked/usr/lib/x86_64-linux-gnu
serve() {
  "$DIR/unpacked/usr/bin/redis-server" --port "$2" --bind 127.0.0.1 --unixsocket "$DIR/$1.sock" --save '' \
    --dir "$DIR" --dbfilename "$1.rdb" --notify-keyspace-events KEA --repl-diskless-sync-delay 0 "${@:3}" >>log &
}
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
serve master "$PORT"
MASTER=$!
serve replica 0 --replicaof "127.0.0.1 $PORT"
REPLICA=$!
say() { "$DIR/unpacked/usr/bin/redis-cli" -s "$DIR/$1.sock" "${@:2}"; }
for _ in $(seq 300); do
  say replica info replication 2>/dev/null | grep -q 'master_link_status:up' && break
  sleep 0.1
done

cat >listen.py <<'END'
import socket, sys

# Prints the events of one server, up to a message that says so.
listener = socket.socket(socket.AF_UNIX)
listener.connect(sys.argv[1] + '.sock')
listener.settimeout(30)
listener.sendall(b'PSUBSCRIBE __keyevent@0__:* end\r\n')
lines = listener.makefile()
events = []
for line in lines:
    text = line.strip()
    if text.startswith('__keyevent@0__:') and not text.endswith('*'):
        lines.readline()
        events.append(text.split(':')[1] + ' ' + lines.readline().strip())
    if text == 'over':
        break
print(sys.argv[1] + ': ' + ', '.join(events), flush=True)
END
for name in master replica; do python3 listen.py "$name" >"$name.events" & LISTENERS+=" $!"; done
for name in master replica; do
  until [ "$(say "$name" pubsub numpat)" = 2 ]; do sleep 0.1; done
done
say master set lease held px 200 >/dev/null
say master set other there >/dev/null
until [ "$(say master exists lease)" = 0 ]; do sleep 0.1; done
say master del other >/dev/null
say master publish end over >/dev/null
# shellcheck disable=SC2086 # a list of process ids
wait $LISTENERS
cat master.events replica.events | tee seen
diff - seen <<'END'
master: set lease, expire lease, set other, expired lease, del other
replica: set lease, expire lease, set other, del lease, del other
END
