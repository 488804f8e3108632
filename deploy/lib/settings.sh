# shellcheck shell=bash
# What the person set, and one run at a time.

UNKNOWN_SETTINGS=()

# load_settings: deploy/.env, as Compose reads it, for what the environment does not say.
load_settings() {
  local file=$ROOT/deploy/.env line name value number=0
  [ -e "$file" ] || return 0
  [ -r "$file" ] || fail "$file cannot be read" "Run deploy/${0##*/} as the user whom it belongs to, or with sudo."
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*(#.*)?$ ]] && continue
    [[ $line =~ ^(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*=[[:space:]]*(.*)$ ]] \
      || fail "deploy/.env, line $number: '$line' is not a setting" "Write NAME=value, or # before a comment."
    name=${BASH_REMATCH[2]}
    is_setting "$name" || UNKNOWN_SETTINGS+=("deploy/.env, line $number: $name")
    value=$(value_in "${BASH_REMATCH[3]}") \
      || fail "deploy/.env, line $number: $name has a quote that does not end" "Write $name=value, without the quote."
    [ -n "${!name+set}" ] || export "$name=$value"
  done <"$file"
}

# use_proxies: those of the environment by either spelling, as apt and wget know the small one alone.
use_proxies() {
  local name upper value
  for name in http_proxy https_proxy no_proxy; do
    upper=${name^^}
    value=${!name:-${!upper:-}}
    [ -z "$value" ] || export "$name=$value" "$upper=$value"
  done
}

# value_in TEXT: without its quotes, in which a # is part of it, or without the comment behind it.
value_in() {
  local double='^"(([^"\]|\\.)*)"' single="^'([^']*)'"
  if [[ $1 =~ $double ]]; then
    sed -E 's/\\(["\])/\1/g' <<<"${BASH_REMATCH[1]}"
  elif [[ $1 =~ $single ]]; then
    printf '%s\n' "${BASH_REMATCH[1]}"
  elif [[ $1 == [\"\']* ]]; then
    return 1
  else
    sed -E 's/ #.*//; s/[[:space:]]+$//' <<<"$1"
  fi
}

# is_setting NAME: whether it is known, or not of ours.
is_setting() {
  case $1 in
    AUTODOCK_BASE | AUTODOCK_REGISTRY | AUTODOCK_UP_TIMEOUT) ;;
    AUTODOCK_* | FRONT_*) grep -qsE "[{ ]$1\b" "$ROOT"/deploy/{compose,compose.host,stack}.yaml ;;
  esac
}

# check_settings: what would fail later, or do something else without a word.
check_settings() {
  local name profile
  for name in "${UNKNOWN_SETTINGS[@]}"; do
    step settings "$name is not a setting of autodock (deploy/compose.yaml lists them)"
  done
  for name in FRONT_HTTP_PORT FRONT_HTTPS_PORT FRONT_STATUS_PORT AUTODOCK_HTTP_PORT AUTODOCK_BUS_PORT \
    AUTODOCK_HTTPS_PORT AUTODOCK_HTTPS_HEALTH_PORT AUTODOCK_PROMETHEUS_PORT AUTODOCK_GRAFANA_PORT AUTODOCK_REDIS_PORT; do
    if [ "$name" != FRONT_HTTPS_PORT ]; then
      check_number "$name" 65535
    elif [ "${FRONT_HTTPS_PORT:-}" != off ]; then
      check_number "$name" 65535 ', or off'
    fi
  done
  check_number AUTODOCK_UP_TIMEOUT 86400
  [[ ${AUTODOCK_HEALTH_INTERVAL:-20s} =~ ^[1-9][0-9]{0,3}[sm]$ ]] || fail "AUTODOCK_HEALTH_INTERVAL is '$AUTODOCK_HEALTH_INTERVAL'" "It may be a number of seconds or minutes: 20s, 1m."
  check_word AUTODOCK_BASE auto registry local
  check_word AUTODOCK_HTTPS_ISSUER acme internal
  # As Compose does, for which a space is part of a name.
  while IFS= read -r profile; do
    case $profile in
      '' | https | monitoring | prometheus) ;;
      *) fail "COMPOSE_PROFILES names '$profile'" "It may be https, monitoring, prometheus, or several separated by nothing but commas." ;;
    esac
  done < <(tr , '\n' <<<"${COMPOSE_PROFILES:-}")
  [[ ${COMPOSE_PROJECT_NAME:-autodock} =~ ^[a-z0-9][a-z0-9_-]*$ ]] \
    || fail "COMPOSE_PROJECT_NAME is '$COMPOSE_PROJECT_NAME'" "It may hold small letters, digits, - and _, and begins with one of the first two."
}

# check_number NAME LARGEST [OR]: a whole number from 1, if it is set. OR: what else the caller takes.
check_number() {
  local value=${!1:-1}
  [[ $value =~ ^[1-9][0-9]{0,5}$ ]] && [ "$value" -le "$2" ] || fail "$1 is '$value'" "It may be a number from 1 to $2${3:-}."
}

# check_word NAME WORD...: one of them, if it is set.
check_word() {
  local name=$1 word
  shift
  for word in '' "$@"; do [ "${!name:-}" != "$word" ] || return 0; done
  fail "$name is '${!name}'" "It may be one of: $*."
}

# wants_https: whether the profile is on in which Caddy serves HTTPS before the front.
wants_https() { has_profile https; }

# wants_prometheus, wants_grafana: whether a profile is on that has it.
wants_prometheus() { has_profile monitoring || has_profile prometheus; }
wants_grafana() { has_profile monitoring; }

has_profile() { [[ ,${COMPOSE_PROFILES:-}, == *,"$1",* ]]; }

# use_https_settings: with Caddy before it the front leaves HTTPS to it, and believes what it says of clients.
use_https_settings() {
  wants_https || return 0
  export FRONT_HTTPS_PORT=${FRONT_HTTPS_PORT:-off} FRONT_TRUSTED=${FRONT_TRUSTED:-127.0.0.1}
}

# use_npm_settings: the registry and the CA that npm uses on this host, for the image build.
use_npm_settings() {
  command -v npm >/dev/null || return 0
  local ca
  export NPM_CONFIG_REGISTRY=${NPM_CONFIG_REGISTRY:-$(npm config get registry 2>/dev/null)}
  ca=$(npm config get cafile 2>/dev/null) || true
  [ ! -r "$ca" ] || export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$ca}
}

# one_at_a_time: a second run waits for the first, so that nothing is installed or started twice.
one_at_a_time() {
  local folder=$ROOT/.cache/deploy
  { mkdir -p "$folder" && touch "$folder/lock" "$LOG"; } 2>/dev/null \
    || fail "$folder cannot be written" "Run deploy/${0##*/} as the user who ran it before, or with sudo."
  exec 9>"$folder/lock"
  if command -v flock >/dev/null && ! flock -n 9; then
    step wait "another deploy/up or deploy/down is running"
    flock 9
  fi
  : >"$LOG"
}
