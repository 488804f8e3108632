#!/bin/bash
# The pieces of deploy/up --host and --join on 127.0.0.1, without an engine: what they run in an image runs here, and
# volumes are folders of $HOST_DIR. See first-host.ts.
#
#   first-host.sh prepare           the authority, and the certificate of Redis, which listens at $AUTODOCK_REDIS_PORT
#   first-host.sh line [FROM TO]    prints what deploy/up --host does, with a certificate for that time
#   first-host.sh certify FROM TO   gives Redis a certificate for that time (YYYYMMDDHHMMSSZ)
#   first-host.sh renew             gives hosts that joined the rights of today
#   first-host.sh join ENGINE       a host with that engine joins by the line in the input
set -euo pipefail
cd "$(dirname "$0")/../.."

# shellcheck disable=SC2034 # for the pieces
ROOT=$PWD PROJECT=p DOCKER=engine
for part in say causes settings host hosts first join; do
  # shellcheck source=/dev/null
  . "deploy/lib/$part.sh"
done
LOG=$HOST_DIR/log

host_address() { echo 127.0.0.1; }
engine() { echo "$ENGINE"; }
containers_of() { :; }
make_volumes() { (cd "$HOST_DIR" && mkdir -p "$@"); }
remove_volume() { rm -rf "${HOST_DIR:?}/$1"; }
in_volumes() { in_image "$@"; }
compose() { moved | redis-cli -s "$REDIS_SOCKET"; }

in_image() {
  local word words=()
  while [ "$1" != -- ]; do shift; done
  for word in "${@:2}"; do words+=("$(moved <<<"$word")"); done
  moved | "${words[@]}"
}

# moved: the input, with volumes where they are here.
moved() { sed -E "s#(^|[^[:alnum:]_./-])/(authority|redis-host|keys|joining)\b#\1$HOST_DIR/\2#g; s#/run/host/#$HOST_DIR/redis-host/#g"; }

prepare() { prepare_first; }

renew() { renew_rights; }

# shellcheck disable=SC2034,SC2317 # for show_line
line() {
  local times=$*
  if [ -n "$times" ]; then
    cat() { command cat "$@" | sed "s#^tar #$(anew client.key "/CN=\$1" client.crt "$times"); &#"; }
  fi
  HOST_ADDRESS=$(host_address)
  show_line
}

# anew KEY SUBJECT CERTIFICATE TIMES: the command that signs a certificate for that time, in the folder of the key.
anew() { echo "openssl req -new -key $1 -subj $2 -out request; bash '$ROOT/test/parts/first-host.sh' sign \"\$PWD\" $3 $4"; }

certify() { (cd "$HOST_DIR/redis-host" && sh -euc "$(anew redis.key /CN=autodock-redis redis.crt "$*")"); }

# sign FOLDER CERTIFICATE FROM TO: by `openssl ca`, as no other command of OpenSSL before 3.4 takes dates, and none from
# then on a number of days below one.
sign() {
  cd "$HOST_DIR"
  : >index
  printf '%s\n' '[ca]' 'default_ca = own' '[own]' 'database = index' 'new_certs_dir = .' 'default_md = sha256' \
    'rand_serial = yes' 'policy = any' 'x509_extensions = names' '[any]' 'commonName = supplied' \
    '[names]' 'subjectAltName = IP:127.0.0.1' >config
  openssl ca -batch -notext -config config -cert authority/ca.crt -keyfile authority/ca.key \
    -startdate "$3" -enddate "$4" -in "$1/request" -out "$1/$2" 2>>"$LOG"
}

join() {
  ENGINE=$1
  read_line -
  enter_first
}

"$@"
