#!/bin/bash
# Redis: with `CLIENT TRACKING ... NOLOOP` a client that writes a key it tracked hears of no change to that key from then on.
#
# Version: redis-server 7.0.15 (Debian 12), RESP3, without BCAST.
# Guess: NOLOOP is for who keeps what it writes in its cache, and so wants no word that drops it: by its description one's own
# changes are not told, and all else is. So the next change by somebody else is told.
# Seen: the write ends the tracking of the key for all, the writer too, who is only spared the word of it. What it put into
# its cache is never told to be old, whoever changes the key, however often, until it reads the key again. Without NOLOOP
# the same client is told at once by its own write, and so knows. With BCAST, which tracks no reads, the other change is told.
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

other = connect()
for mode in [[], ['NOLOOP'], ['NOLOOP', 'BCAST']]:
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
    ask(other, 'SET', 'key', 'first')
    ask(client, 'GET', 'key')
    told()
    print(f"tracking {' '.join(mode) or 'alone'}")
    send(client, [b'SET', b'key', b'own'])
    print(f'  wrote it itself: told {told()}')
    for value in ['second', 'third']:
        ask(other, 'SET', 'key', value)
        print(f'  another wrote {value}: told {told()}')
    send(client, [b'GET', b'key'])
    told()
    ask(other, 'SET', 'key', 'last')
    print(f'  read again, another wrote: told {told()}')
    client[0].close()
END
python3 client.py | tee seen
diff - seen <<'END'
tracking alone
  wrote it itself: told invalidate
  another wrote second: told nothing
  another wrote third: told nothing
  read again, another wrote: told invalidate
tracking NOLOOP
  wrote it itself: told nothing
  another wrote second: told nothing
  another wrote third: told nothing
  read again, another wrote: told invalidate
tracking NOLOOP BCAST
  wrote it itself: told nothing
  another wrote second: told invalidate
  another wrote third: told invalidate
  read again, another wrote: told invalidate
END
