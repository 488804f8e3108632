#!/bin/bash
# Redis Sentinel: at an ordered failover everyone is cut off but those who write to the old master, and what they write is lost.
#
# Version: redis-server 7.0.15 (Debian 12) as master, two replicas and one Sentinel.
# Guess: `SENTINEL FAILOVER` of a master that is well hands over: the old one takes no more writes, or loses its clients, before
# or when the new one is the master; whoever is connected to the new one or to a replica has no need to be cut off.
# Seen: the new master and the other replica close all their connections, subscribers too, within the failover's first two
# seconds. The old master keeps its own, says role:master and answers OK to writes for 10 s after `+switch-master`; then it
# becomes a replica, and what was written since is gone. Nothing in those 10 s tells a client that is connected to it.
#
# Needs Debian 12 with apt, dpkg and python3. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
cleanup() {
  for pid in ${SERVERS:-}; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$DIR"
}
trap cleanup EXIT
cd "$DIR"

apt-get -qq download -o APT::Sandbox::User=root 'redis-server=5:7.0.15*' 'redis-tools=5:7.0.15*' \
  libhiredis0.14 libjemalloc2 liblua5.1-0 liblzf1 lua-bitop lua-cjson
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
export LD_LIBRARY_PATH=$DIR/unpacked/usr/lib/x86_64-linux-gnu
read -r OLD NEW OTHER SENTINEL < <(python3 -c '
import socket
sockets = [socket.socket() for _ in range(4)]
for s in sockets: s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in sockets])')
serve() {
  unpacked/usr/bin/redis-server --bind 127.0.0.1 --save '' --dir "$DIR" --port "$@" >>log &
  SERVERS+=" $!"
}
at() { unpacked/usr/bin/redis-cli -p "$@"; }
# until_it PORT FIELD VALUE COMMAND...: until the answer has the line FIELD:VALUE, for 40 s
until_it() {
  for _ in $(seq 400); do
    at "$1" "${@:4}" 2>/dev/null | tr -d '\r' | grep -qx "$2:$3" && return
    sleep 0.1
  done
  echo "no $2:$3"
}
serve "$OLD"
serve "$NEW" --replicaof 127.0.0.1 "$OLD"
# This one is never chosen.
serve "$OTHER" --replicaof 127.0.0.1 "$OLD" --replica-priority 0
until_it "$NEW" master_link_status up info replication
until_it "$OTHER" master_link_status up info replication
printf 'port %s\nbind 127.0.0.1\nsentinel monitor web 127.0.0.1 %s 1\n' "$SENTINEL" "$OLD" >sentinel.conf
unpacked/usr/bin/redis-server sentinel.conf --sentinel >>log &
SERVERS+=" $!"
until_it "$SENTINEL" 'master0:name=web,status=ok,address=127.0.0.1' "$OLD,slaves=2,sentinels=1" info sentinel

cat >clients.py <<'END'
import re, socket, sys, time

OLD, NEW, OTHER, SENTINEL = map(int, sys.argv[1:])

class Client:
    """Says commands, and knows when it was cut off."""
    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port))
    def say(self, command, seconds=5):
        self.socket.settimeout(seconds)
        self.socket.sendall(command.encode() + b'\r\n')
        return self.socket.recv(65536).decode()
    def is_cut(self):
        self.socket.settimeout(0.01)
        try:
            return self.socket.recv(65536) == b''
        except TimeoutError:
            return False

writer, reader, other, subscriber = Client(OLD), Client(NEW), Client(OTHER), Client(OTHER)
for client in (reader, other): client.say('PING')
subscriber.say('SUBSCRIBE news')
events, sentinel = Client(SENTINEL), Client(SENTINEL)
events.say('SUBSCRIBE +switch-master')
print('SENTINEL FAILOVER web:', sentinel.say('SENTINEL FAILOVER web').strip())
events.socket.settimeout(60)
print(re.findall(r'\+switch-master', events.socket.recv(65536).decode())[0])
switched = time.monotonic()
for name, client in (('the new master', reader), ('the other replica', other), ('it, subscribed', subscriber), ('the old master', writer)):
    print(f'  client of {name}:', 'cut off' if client.is_cut() else 'connected')
written = 0
while True:
    try:
        answer = writer.say(f'SET key:{written} value')
    except OSError:
        break
    if not answer.startswith('+OK'): break
    written += 1
    if written == 1: print('  SET at the old master:', answer.strip(), '; it says', re.search('role:[a-z]+', writer.say('INFO replication'))[0])
    time.sleep(0.1)
seconds = time.monotonic() - switched
print('  it took writes for', 'more than 8 s' if seconds > 8 else f'{seconds:.1f} s')
for _ in range(300):
    try:
        said = Client(OLD).say('INFO replication')
        if 'master_link_status:up' in said: break
    except OSError:
        pass
    time.sleep(0.1)
keys = [Client(port).say('DBSIZE').strip() for port in (OLD, NEW)]
print('then', re.search('role:[a-z]+', said)[0], 'and keys at both:', *keys)
END
python3 clients.py "$OLD" "$NEW" "$OTHER" "$SENTINEL" | tee seen
diff - seen <<'END'
SENTINEL FAILOVER web: +OK
+switch-master
  client of the new master: cut off
  client of the other replica: cut off
  client of it, subscribed: cut off
  client of the old master: connected
  SET at the old master: +OK ; it says role:master
  it took writes for more than 8 s
then role:slave and keys at both: :0 :0
END
