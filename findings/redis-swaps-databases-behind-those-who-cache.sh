#!/bin/bash
# Redis: SWAPDB tells a client that caches what it read nothing, though it puts other values below all of its keys.
#
# Version: redis-server 7.0.15 (Debian 12). Redis 8.0.2 and Valkey 8.1.1 do the same.
# Guess: `CLIENT TRACKING` tells of whatever changes the value of a key: of FLUSHDB and FLUSHALL by one word for all keys,
# and so of SWAPDB, which clients "immediately see" by its description, and by which EXEC of who watched a key fails.
# Seen: EXEC fails, FLUSHDB is told, SWAPDB is not, neither to who tracks what it read nor by BCAST: from then on the cache
# answers with values of the other database, until somebody writes those keys. So a database that is filled aside and then
# swapped in must be followed by a word of one's own.
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

writer, watcher = connect(), connect()
for mode in ['its own reads', 'BCAST']:
    reader = connect()
    ask(reader, 'HELLO', '3')
    ask(reader, 'CLIENT', 'TRACKING', 'ON', *(['BCAST'] if mode == 'BCAST' else []))
    for words in [['SET', 'key', 'new'], ['FLUSHDB'], ['SWAPDB', '0', '1']]:
        for database, value in [('1', 'other'), ('0', 'old')]:
            ask(writer, 'SELECT', database)
            ask(writer, 'SET', 'key', value)
        # What was told so far ends at the answer to a PING, as answers come in order.
        send(reader, [b'PING'])
        while read(reader) != 'PONG':
            pass
        cached = ask(reader, 'GET', 'key')
        ask(watcher, 'WATCH', 'key')
        ask(writer, *words)
        ask(watcher, 'MULTI')
        exec_ = 'fails' if ask(watcher, 'EXEC') is None else 'runs'
        send(reader, [b'PING'])
        told = []
        while (reply := read(reader)) != 'PONG':
            told.append(reply[0])
        now = ask(reader, 'GET', 'key')
        print(f"{mode}, {' '.join(words)}: told {' '.join(told) or 'nothing'}, cached {cached}, now {now}, EXEC of who watched {exec_}")
    reader[0].close()
END
python3 client.py | tee seen
diff - seen <<'END'
its own reads, SET key new: told invalidate, cached old, now new, EXEC of who watched fails
its own reads, FLUSHDB: told invalidate, cached old, now None, EXEC of who watched fails
its own reads, SWAPDB 0 1: told nothing, cached old, now other, EXEC of who watched fails
BCAST, SET key new: told invalidate, cached old, now new, EXEC of who watched fails
BCAST, FLUSHDB: told invalidate, cached old, now None, EXEC of who watched fails
BCAST, SWAPDB 0 1: told nothing, cached old, now other, EXEC of who watched fails
END
