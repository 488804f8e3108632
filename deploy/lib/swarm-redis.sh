# shellcheck shell=bash
# The Redis of a stack: its own or one elsewhere, and how it is entered, as secrets of the swarm. Needs swarm.sh.

# has_outer_redis: whether it is not one of the stack's.
has_outer_redis() { [ -n "${AUTODOCK_REDIS_URL:-}" ]; }

# Where the stack's own Redis is, and one elsewhere where read_redis_url found that.
REDIS_SHOWN=redis:6379

# check_same_redis: a stack that runs does not change to another one.
check_same_redis() {
  local its
  has_redis_secrets && stack_uses_redis || return 0
  its=$(secret_label autodock_redis_url)
  [ "$its" = "$REDIS_SHOWN" ] || fail "this stack's Redis is $its, and not $REDIS_SHOWN" \
    "Name it as before (AUTODOCK_REDIS_URL, in deploy/.env for example; unset for the stack's own). For another one take the" \
    "stack away first (deploy/down --swarm --volumes), then run deploy/up --swarm again."
}

# use_redis: how controllers and fronts enter it, as secrets of the swarm. One elsewhere was read before.
use_redis() {
  local password
  if ! has_outer_redis; then
    password=$(random_word)
    AUTODOCK_REDIS_URL_MADE=redis://:$password@$REDIS_SHOWN REDIS_PASSWORD=$password
  fi
  if has_redis_secrets; then
    ! stack_uses_redis || return 0
    # Those of a stack that is gone, or never came up, give way to what is said now.
    has_outer_redis || [ "$(secret_label autodock_redis_url)" != "$REDIS_SHOWN" ] || return 0
  fi
  "$DOCKER" secret rm autodock_redis_password autodock_redis_url >/dev/null 2>&1 || true
  make_secret autodock_redis_password "$REDIS_PASSWORD"
  make_secret autodock_redis_url "$AUTODOCK_REDIS_URL_MADE"
  step redis "its password is a secret of the swarm"
}

has_redis_secrets() { has_secret autodock_redis_password && has_secret autodock_redis_url; }

stack_uses_redis() { "$DOCKER" service inspect "${PROJECT}_autodock" >/dev/null 2>&1; }

# read_redis_url: redis://[USER]:PASSWORD@HOST[:PORT][/DB], for the front in pieces; with TLS rediss://, and by Sentinels
# redis+sentinel://[USER]:PASSWORD@HOST[:PORT],HOST[:PORT]/NAME[/DB].
read_redis_url() {
  local one='([A-Za-z0-9_.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]+)?' scheme credentials where database=0
  [[ $AUTODOCK_REDIS_URL =~ ^(rediss?(\+sentinel)?)://([^:@/]*):([^@]+)@([^@]+)$ ]] || refuse_redis_url
  scheme=${BASH_REMATCH[1]} where=${BASH_REMATCH[5]}
  credentials=("$(decoded "${BASH_REMATCH[3]}")" "$(decoded "${BASH_REMATCH[4]}")")
  if [[ $scheme == *+sentinel && $where =~ ^($one(,$one)*/[A-Za-z0-9_.-]+)(/([0-9]+))?$ ]]; then
    where=$scheme://${BASH_REMATCH[1]} database=${BASH_REMATCH[8]:-0}
  elif [[ $scheme != *+sentinel && $where =~ ^$one(/([0-9]+))?$ ]]; then
    where=${BASH_REMATCH[1]}${BASH_REMATCH[2]:-:6379} database=${BASH_REMATCH[4]:-0}
    [ "$scheme" = redis ] || where=$scheme://$where
  else
    refuse_redis_url
  fi
  export FRONT_REDIS_USERNAME=${FRONT_REDIS_USERNAME:-${credentials[0]}} FRONT_REDIS_DB=${FRONT_REDIS_DB:-$database}
  export AUTODOCK_FRONT_REDIS=$where AUTODOCK_REDIS_REPLICAS=0
  AUTODOCK_REDIS_URL_MADE=$AUTODOCK_REDIS_URL REDIS_PASSWORD=${credentials[1]} REDIS_SHOWN=$where
}

# decoded TEXT: a piece of a URL, in which a %40 is an @.
decoded() {
  local text=${1//\\/\\\\}
  printf '%b' "${text//%/\\x}"
}

refuse_redis_url() {
  fail "AUTODOCK_REDIS_URL is not one that all nodes can use" \
    "Write redis://:PASSWORD@HOST:6379 (or redis://USER:PASSWORD@HOST:6379/DB), with a host that every node reaches;" \
    "with TLS rediss://, by Sentinels redis+sentinel://:PASSWORD@HOST:26379,HOST:26379/NAME."
}

# use_redis_certificates: what Redis is entered with by TLS, as secrets that are called after what is in them: another
# file is another secret, and so an update of who uses it. Sets REDIS_TLS_FILE to a file for the stack, if there are any.
use_redis_certificates() {
  local name file text secret lines='' secrets='' front='' controller=''
  REDIS_TLS_FILE=''
  for name in CA CERT KEY; do
    file=AUTODOCK_REDIS_TLS_$name
    file=${!file:-}
    [ -n "$file" ] || continue
    [[ ${AUTODOCK_FRONT_REDIS:-} == rediss* ]] || fail "AUTODOCK_REDIS_TLS_$name is set, and Redis is entered without TLS" \
      "Write AUTODOCK_REDIS_URL=rediss://... (or rediss+sentinel://...), or leave AUTODOCK_REDIS_TLS_$name out."
    text=$(cat -- "$file" 2>/dev/null) || fail "AUTODOCK_REDIS_TLS_$name: the file $file cannot be read" "Name a PEM file of this node."
    secret=autodock_redis_${name,,}_$(sha256sum <<<"$text" | cut -c 1-12)
    has_secret "$secret" || make_secret "$secret" "$text"
    lines+="      - { source: $secret, target: autodock_redis_${name,,} }"$'\n'
    secrets+="  $secret: { external: true }"$'\n'
    front+="      FRONT_REDIS_TLS_$name: /run/secrets/autodock_redis_${name,,}"$'\n'
    controller+="      AUTODOCK_REDIS_TLS_$name: /run/secrets/autodock_redis_${name,,}"$'\n'
  done
  [ -n "$lines" ] || return 0
  REDIS_TLS_FILE=$ROOT/.cache/deploy/stack.redis-tls.yaml
  {
    printf "version: '3.9'\nservices:\n"
    printf '  hipache:\n    environment:\n%s    secrets:\n%s' "$front" "$lines"
    printf '  autodock:\n    environment:\n%s    secrets:\n%s' "$controller" "$lines"
    printf 'secrets:\n%s' "$secrets"
  } >"$REDIS_TLS_FILE"
}

# use_metrics_token: what a Prometheus must know that asks the fronts for their figures. One that is there stays.
use_metrics_token() {
  has_secret autodock_metrics_token || make_secret autodock_metrics_token "$(random_word)" autodock.metrics=token
}

random_word() { od -An -N 32 -tx1 /dev/urandom | tr -d ' \n'; }

has_secret() { "$DOCKER" secret inspect "$1" >/dev/null 2>&1; }

secret_label() { "$DOCKER" secret inspect --format '{{index .Spec.Labels "autodock.redis"}}' "$1"; }

# make_secret NAME VALUE [LABEL]: by stdin, as a command line is seen by everybody.
make_secret() {
  printf %s "$2" | "$DOCKER" secret create --label "${3:-autodock.redis=$REDIS_SHOWN}" "$1" - >>"$LOG" 2>&1 \
    || fail_log "the secret $1 cannot be made" "The log shows what the engine said."
}
