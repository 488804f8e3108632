# sh -s ADDRESS UID: run in a container by hosts.sh, with the volumes authority, redis-host and keys. Makes what is not
# there yet: the authority, the certificate of Redis for this address, and how this host's own enter Redis.
# shellcheck shell=sh
set -eu
umask 077
address=$1 redis=$2

new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out "$1"; }

cd /authority
if [ ! -s ca.crt ]; then
  new_key ca.key
  openssl req -x509 -new -key ca.key -days 7300 -subj '/CN=autodock hosts' -out ca.crt
fi

if [ "$(cat address 2> /dev/null)" != "$address" ] || ! openssl x509 -checkend 2592000 -noout -in /redis-host/redis.crt; then
  new_key /redis-host/redis.key
  # As a name, too: nginx compares names alone.
  printf 'subjectAltName=IP:%s,DNS:%s,DNS:autodock-redis\nextendedKeyUsage=serverAuth,clientAuth\n' "$address" "$address" > extensions
  openssl req -new -key /redis-host/redis.key -subj /CN=autodock-redis |
    openssl x509 -req -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -extfile extensions -out /redis-host/redis.crt
  cp ca.crt /redis-host/ca.crt
  echo "$address" > address
fi

if [ ! -s /keys/password ]; then
  password=$(openssl rand -hex 24)
  printf 'user default on >%s ~* &* +@all\n' "$password" > /redis-host/users.acl
  printf %s "$password" > /keys/password
  printf 'unix://:%s@/run/redis/redis.sock' "$password" > /keys/url
  chown 65532:65532 /keys/url
fi
chmod 755 /keys
chown -R "$redis" /redis-host
