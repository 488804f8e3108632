#!/bin/bash
# Redis: with BCAST and NOLOOP another's change of a key is not told if one's own change of it comes in the same turn.
#
# Version: redis-server 7.0.15 (Debian 12), RESP3.
# Guess: NOLOOP spares a client the word of its own changes only, so that it hears of every change by another, also when
# both write different fields of one hash at nearly the same time.
# Seen: by BCAST a turn of the server's loop is told as one set of keys, and of each key only the last writer is known. If
# that is the client, it is told nothing, though the field that another wrote just before is new to it, and its cache keeps
# the old one until the next change. In the other order it is told, and so it is without NOLOOP. The more is to do in a
# turn, the likelier: here DEBUG SLEEP holds the server, as a slow script would, until both writes wait.
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
"$DIR/unpacked/usr/bin/redis-server" --port 0 --unixsocket "$DIR/redis.sock" --save '' --enable-debug-command local >log &
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

import time

other, slow = connect(), connect()
for mode in [['BCAST'], ['BCAST', 'NOLOOP']]:
    client = connect()
    ask(client, 'HELLO', '3')
    ask(client, 'CLIENT', 'TRACKING', 'ON', *mode)
    def told():
        # What was told so far ends at the answer to a PING, as answers come in order.
        send(client, [b'PING'])
        words = []
        while (reply := read(client)) != 'PONG':
            if isinstance(reply, list):
                words.append(reply[0])
        return ' '.join(words) or 'nothing'
    writes = {'own': (client, [b'HSET', b'hash', b'own', b'new']), 'other': (other, [b'HSET', b'hash', b'other', b'new'])}
    for order in [['other'], ['own'], ['own', 'other'], ['other', 'own']]:
        ask(other, 'HSET', 'hash', 'own', 'old', 'other', 'old')
        told()
        send(slow, [b'DEBUG', b'SLEEP', b'1'])
        for writer in order:
            time.sleep(0.2)
            send(*writes[writer])
        read(slow)
        if 'other' in order:
            read(other)
        print(f"{' '.join(mode)}, in one turn {', '.join(order)}: told {told()}, field of the other is now {dict(zip(*[iter(ask(other, 'HGETALL', 'hash'))] * 2))['other']}")
    client[0].close()
END
python3 client.py | tee seen
diff - seen <<'END'
BCAST, in one turn other: told invalidate, field of the other is now new
BCAST, in one turn own: told invalidate, field of the other is now old
BCAST, in one turn own, other: told invalidate, field of the other is now new
BCAST, in one turn other, own: told invalidate, field of the other is now new
BCAST NOLOOP, in one turn other: told invalidate, field of the other is now new
BCAST NOLOOP, in one turn own: told nothing, field of the other is now old
BCAST NOLOOP, in one turn own, other: told invalidate, field of the other is now new
BCAST NOLOOP, in one turn other, own: told nothing, field of the other is now new
END
