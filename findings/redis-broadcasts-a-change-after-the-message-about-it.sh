#!/bin/bash
# Redis: a client that tracks keys by BCAST hears a message that was published behind a change before it hears of the change.
#
# Version: redis-server 7.0.15 (Debian 12). Redis 8.0.2 and Valkey 8.1.1 do the same.
# Guess: one connection hears of things in the order in which they were done: of `SET key`, then of `PUBLISH` behind it, as
# without BCAST; so whoever gets the message finds the old value thrown away already.
# Seen: what is broadcast is sent when the server has done all that it had read, so that the message comes first: where
# both are done by one script, in one MULTI or in one pipeline. Who looks into the cache on the message finds the old
# value there. One by one, as by hand, the order is that of the commands.
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
    if kind in '*>%':
        return [read(connection) for _ in range(int(rest) * (2 if kind == '%' else 1))]
    return connection[1].read(int(rest) + 2)[:-2].decode() if kind == '$' else rest

def ask(connection, *words):
    send(connection, [word.encode() for word in words])
    return read(connection)

writer = connect()
change, message = [b'SET', b'key', b'new'], [b'PUBLISH', b'news', b'key is new']
script = b"redis.call('SET', 'key', 'new') return redis.call('PUBLISH', 'news', 'key is new')"
for mode in ['by BCAST', 'by its own reads']:
    listener = connect()
    ask(listener, 'HELLO', '3')
    ask(listener, 'CLIENT', 'TRACKING', 'ON', *(['BCAST'] if mode == 'by BCAST' else []))
    ask(listener, 'SUBSCRIBE', 'news')
    for name, commands in {
        'script': [[b'EVAL', script, b'0']],
        'MULTI': [[b'MULTI'], change, message, [b'EXEC']],
        'pipeline': [change, message],
    }.items():
        ask(listener, 'EXISTS', 'key')
        send(writer, *commands)
        for _ in commands:
            read(writer)
        print(f'tracked {mode}, {name}: {read(listener)[0]}, {read(listener)[0]}')
    ask(listener, 'EXISTS', 'key')
    ask(writer, *(word.decode() for word in change))
    ask(writer, *(word.decode() for word in message))
    print(f'tracked {mode}, one by one: {read(listener)[0]}, {read(listener)[0]}')
END
python3 client.py | tee seen
diff - seen <<'END'
tracked by BCAST, script: message, invalidate
tracked by BCAST, MULTI: message, invalidate
tracked by BCAST, pipeline: message, invalidate
tracked by BCAST, one by one: invalidate, message
tracked by its own reads, script: invalidate, message
tracked by its own reads, MULTI: invalidate, message
tracked by its own reads, pipeline: invalidate, message
tracked by its own reads, one by one: invalidate, message
END
