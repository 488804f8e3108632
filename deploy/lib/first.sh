# shellcheck shell=bash
# The first of several hosts: its certificates, its Redis for others, and the line with which one joins. Needs hosts.sh.

readonly LINE_START=autodock-join-1

redis_port() { echo "${AUTODOCK_REDIS_PORT:-6380}"; }

# prepare_first: the authority, and a certificate of Redis for the address that this host has today.
prepare_first() {
  local redis
  make_volumes authority redis-host keys
  HOST_ADDRESS=$(host_address) || fail "this host has no address that others could reach" \
    "Name it: AUTODOCK_HOST_ADDRESS=10.0.0.1 deploy/up --host"
  redis=$(in_image redis --network none -- id -u </dev/null)
  in_volumes hipache authority redis-host keys -- sh -s "$HOST_ADDRESS" "$redis" <"$ROOT/deploy/lib/authority.sh" >>"$LOG" 2>&1 \
    || fail_log "the certificates could not be made" "The log shows what openssl said."
  step host "Redis for other hosts at $(bracketed "$HOST_ADDRESS"):$(redis_port), by TLS"
}

# host_address: as set, else that by which this host reaches others.
host_address() {
  if [[ ${AUTODOCK_HOST_ADDRESS:-127.} != 127.* ]]; then
    echo "$AUTODOCK_HOST_ADDRESS"
    return
  fi
  # Connecting a datagram socket sends nothing.
  in_image autodock --network host -- node -e "
    const socket = require('node:dgram').createSocket('udp4').on('error', () => process.exit(1));
    socket.connect(9, '192.0.2.1', () => { console.log(socket.address().address); socket.close(); })" </dev/null 2>>"$LOG"
}

# show_line: makes a user and a certificate for one more host, and prints the line. Nothing of it is kept but the user.
show_line() {
  local user password line said
  user=host-$(random_hex 4) password=$(random_hex 24)
  # A certificate that was made anew.
  said=$(ask_redis 'CONFIG SET tls-cert-file /run/host/redis.crt tls-key-file /run/host/redis.key' \
    "ACL SETUSER $user reset on >$password $(host_rights)" 'ACL SAVE')
  [ "$(grep -cx OK <<<"$said")" = 4 ] || fail "Redis takes no new user: $(grep -vx OK <<<"$said" | head -n 1)" \
    "More: $(shown_compose) logs redis"
  line=$(printf 'rediss://%s:%s@%s:%s\n%s\n' "$user" "$password" "$(bracketed "$HOST_ADDRESS")" "$(redis_port)" "${AUTODOCK_REDIS_KEY_PREFIX:-}" \
    | in_volumes hipache authority -- sh -c "$(cat "$ROOT/deploy/lib/line.sh")" line "$user" 2>>"$LOG") \
    || fail_log "the certificate of the host could not be made" "The log shows what openssl said."
  cat <<END

To join one more host, bring this folder there and run there (the line is a secret, shown once, for one host alone):

  deploy/up --join - <<<'$LINE_START:$line:$(checksum "$line")'

Its user here is $user.
END
}

# renew_rights: gives hosts that joined by an earlier version what a controller of this one asks for. Users of other
# names somebody made by hand, and they keep what they have.
renew_rights() {
  local said user rights orders=()
  said=$(ask_redis 'ACL USERS')
  if [ "${said%%$'\n'*}" = OK ]; then
    rights=$(host_rights)
    while read -r user; do
      orders+=("ACL SETUSER $user resetkeys resetchannels nocommands $rights")
    done < <(grep -xE 'host-[0-9a-f]{8}' <<<"$said")
    [ ${#orders[@]} -gt 0 ] || return 0
    said=$(ask_redis "${orders[@]}" 'ACL SAVE')
    grep -qvx OK <<<"$said" || return 0
  fi
  step host "hosts that joined keep the rights in Redis that they had: $(grep -vx OK <<<"$said" | head -n 1)"
}

# ask_redis COMMAND...: what Redis answers, and OK before that for the password.
ask_redis() {
  {
    printf 'AUTH %s\n' "$(in_volumes hipache keys -- cat /keys/password </dev/null)"
    printf '%s\n' "$@"
  } | compose exec -T redis redis-cli -s /run/redis/redis.sock 2>&1 || true
}

random_hex() { od -An -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }

bracketed() { if [[ $1 == *:* ]]; then echo "[$1]"; else echo "$1"; fi; }

checksum() { printf %s "$1" | sha256sum | cut -c 1-16; }

# host_rights: those of a controller, as the documentation lists them, with the prefix; Redis' own channel has none.
host_rights() {
  sed -n 's/^ACL SETUSER autodock on >secret //p' "$ROOT/docs/configuration.md" \
    | PREFIX=${AUTODOCK_REDIS_KEY_PREFIX:-} awk '{
        for (i = 1; i <= NF; i++) if ($i ~ /^[~&]/ && $i !~ /^&__redis__:/) $i = "\"" substr($i, 1, 1) ENVIRON["PREFIX"] substr($i, 2) "\""
        print
      }'
}
