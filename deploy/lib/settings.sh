# shellcheck shell=bash
# What the person set, and one run at a time.

# load_settings: deploy/.env, as Compose reads it, for what the environment does not say.
load_settings() {
  local name value
  [ -r "$ROOT/deploy/.env" ] || return 0
  while IFS='=' read -r name value; do
    if [[ $name =~ ^[A-Z_]+$ ]] && [ -z "${!name+set}" ]; then
      value=${value%% #*}
      value=${value#[\"\']}
      export "$name=${value%[\"\']}"
    fi
  done <"$ROOT/deploy/.env"
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
  ca=$(npm config get cafile 2>/dev/null)
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
