#!/bin/bash
# Redis: who caches what `SORT` answered hears of no change, not even of the list; after `SORT_RO` of the list alone.
#
# Version: redis-server 7.0.15 (Debian 12), RESP3, CLIENT TRACKING without BCAST.
# Guess: the server remembers the keys that a command of the client read: for SORT without STORE, which only reads, the
# list, and the keys that its answer and order are put together from by the patterns.
# Seen: after SORT nothing is remembered: a change of the list is told to nobody, nor one of a value or a weight. SORT_RO
# with the same words gives the same answer, and then a change of the list is told, but none of a value that was answered
# or of a weight that the order came from. A GET of such a key is told.
#
# Needs Debian 12 with apt, dpkg and python3. Exits with 1 if this changes.
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
export LD_LIBRARY_PATH=$DIR/unpacked/usr/lib/x86_64-linux-gnu
"$DIR/unpacked/usr/bin/redis-server" --port 0 --unixsocket "$DIR/redis.sock" --save '' >log &
SERVER=$!
for _ in $(seq 50); do
  [ -S redis.sock ] && break
  sleep 0.1
done

cat >client.py <<'END'
import socket

def connect():
    connection = socket.socket(socket.AF_UNIX)
    connection.connect('redis.sock')
    connection.settimeout(10)
    return connection, connection.makefile('rb')

def send(connection, *commands):
    parts = (b''.join(b'$%d\r\n%s\r\n' % (len(word), word) for word in words) for words in commands)
    connection[0].sendall(b''.join(b'*%d\r\n%s' % (len(words), part) for words, part in zip(commands, parts)))

def read(connection):
    line = connection[1].readline()[:-2].decode()
    kind, rest = line[0], line[1:]
    if kind in '*>%' and rest != '-1':
        return [read(connection) for _ in range(int(rest) * (2 if kind == '%' else 1))]
    if kind == '_' or rest == '-1':
        return None
    return connection[1].read(int(rest) + 2)[:-2].decode() if kind == '$' else rest

def ask(connection, *words):
    send(connection, [word.encode() for word in words])
    return read(connection)

other, client = connect(), connect()
ask(client, 'HELLO', '3')
ask(client, 'CLIENT', 'TRACKING', 'ON')
words = ['list', 'BY', 'weight_*', 'GET', 'name_*']
changes = [['SET', 'name_a', 'changed'], ['SET', 'weight_a', '3'], ['RPUSH', 'list', 'a']]
cases = [([command, *words], change) for command in ['SORT', 'SORT_RO'] for change in changes]
for reading, change in [*cases, (['GET', 'name_a'], ['SET', 'name_a', 'again'])]:
    ask(other, 'MSET', 'weight_a', '1', 'weight_b', '2', 'name_a', 'first', 'name_b', 'second')
    ask(other, 'DEL', 'list')
    ask(other, 'RPUSH', 'list', 'a', 'b')
    # What was told so far ends at the answer to a PING, as answers come in order.
    send(client, [b'PING'])
    while read(client) != 'PONG':
        pass
    cached = ask(client, *reading)
    ask(other, *change)
    send(client, [b'PING'])
    told = []
    while (reply := read(client)) != 'PONG':
        told.append(reply[0])
    print(f"{reading[0]} gave {cached}, {' '.join(change)}: told {' '.join(told) or 'nothing'}")
END
python3 client.py | tee seen
diff - seen <<'END'
SORT gave ['first', 'second'], SET name_a changed: told nothing
SORT gave ['first', 'second'], SET weight_a 3: told nothing
SORT gave ['first', 'second'], RPUSH list a: told nothing
SORT_RO gave ['first', 'second'], SET name_a changed: told nothing
SORT_RO gave ['first', 'second'], SET weight_a 3: told nothing
SORT_RO gave ['first', 'second'], RPUSH list a: told invalidate
GET gave first, SET name_a again: told invalidate
END
