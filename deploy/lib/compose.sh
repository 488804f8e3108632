# shellcheck shell=bash
# Docker Compose, installed if need be. Sets COMPOSE; compose() runs it on our file.

PROJECT=autodock

# use_project: by the settings, which deploy/.env may hold.
use_project() { PROJECT=${COMPOSE_PROJECT_NAME:-autodock}; }

# Version 1 builds with BuildKit only if it is told so.
export DOCKER_BUILDKIT=1 COMPOSE_DOCKER_CLI_BUILD=1

find_compose() {
  if ! ask_compose; then
    can_apt || fail "Docker Compose is missing" \
      "Install the Compose plugin (https://docs.docker.com/compose/install/linux/);" \
      "on Debian and Ubuntu, deploy/up run as root does it."
    during compose "installing Docker Compose" install_compose \
      || fail_log "Docker Compose could not be installed" "Install it by hand, then run deploy/up again."
    ask_compose || fail "Docker Compose was installed but does not answer" "Try: docker compose version"
  fi
  step compose "Docker Compose $COMPOSE_VERSION"
  find_buildx
}

# find_buildx: before anything is made for a build that could not begin.
find_buildx() {
  local lack
  lack=$(buildx_lack)
  [ -n "$lack" ] || return 0
  if can_apt && [ -n "$(buildx_packages)" ]; then
    during compose "installing buildx" install_packages buildx_packages \
      || fail_log "buildx could not be installed" "Install it by hand, then run deploy/up again."
    lack=$(buildx_lack)
  fi
  [ -z "$lack" ] || fail "this Docker builds with buildx, which is missing or too old: $lack" \
    "Install it: the package docker-buildx-plugin (from docker.com) or docker-buildx (Debian, Ubuntu)."
}

# buildx_lack: in words, why this Compose cannot build with this client. Version 1 builds by the client; version 2 by
# itself, and from 2.40 on with buildx.
buildx_lack() {
  local buildx oldest=0.17
  if is_compose_1; then
    can_build "$DOCKER" || echo "Compose $COMPOSE_VERSION builds by the client $DOCKER, which needs it"
  elif is_at_least 2.40 "$COMPOSE_VERSION"; then
    buildx=$("$DOCKER" buildx version 2>/dev/null | sed -nE 's/^[^ ]+ v?([0-9.]+).*/\1/p') || true
    is_at_least "$oldest" "${buildx:-0}" || echo "Compose $COMPOSE_VERSION needs $oldest or newer, and there is ${buildx:-none}"
  fi
}

ask_compose() {
  if COMPOSE_VERSION=$("$DOCKER" compose version --short 2>/dev/null); then
    COMPOSE=("$DOCKER" compose)
  elif COMPOSE_VERSION=$(docker-compose version --short 2>/dev/null); then
    COMPOSE=(docker-compose)
  else
    return 1
  fi
}

# install_compose: the system's own package if it is version 2, else Debian 13's, which needs nothing but
# libc 2.34 and so runs on Debian 12 as well; at the very last version 1, with which our file works, too.
install_compose() { install_compose_2 || apt_install docker-compose; }

install_compose_2() { install_packages compose_packages || install_newer_compose; }

# install_newer_compose: from an index of its own; the system's sources stay as they are.
install_newer_compose() (
  . /etc/os-release || exit
  [ "$ID" = debian ] || exit
  dir=$(mktemp -d) || exit
  trap 'rm -rf "$dir"' EXIT
  mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" || exit
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(debian_mirror) trixie main" >"$dir/sources.list"
  own_index=(-o "Dir::Etc::sourcelist=$dir/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$dir/lists"
    -o "Dir::Cache=$dir/cache" -o APT::Sandbox::User=root)
  apt_update "${own_index[@]}" || exit
  cd "$dir" || exit
  apt "${own_index[@]}" download docker-compose || exit
  apt install -y --no-install-recommends --no-remove ./docker-compose_*.deb
)

# compose ARGUMENTS...: on our file and project, with the CA of a TLS-intercepting proxy if there is one.
compose() {
  local files=(-f "$(compose_file)")
  [ "$HOSTS" != first ] || files+=(-f "$ROOT/deploy/compose.host.yaml")
  if [ -r "${NODE_EXTRA_CA_CERTS:-}" ] && ! is_compose_1; then
    files+=(-f "$ROOT/deploy/compose.ca.yaml")
  fi
  ! has_option selinux || files+=(-f "$(selinux_file)")
  ! has_option userns || files+=(-f "$ROOT/deploy/compose.userns.yaml")
  # The name of the image that two services share is made of it.
  COMPOSE_PROJECT_NAME=$PROJECT "${COMPOSE[@]}" -p "$PROJECT" --project-directory "$ROOT/deploy" "${files[@]}" "$@"
}

# selinux_file: of the services that are started here, as Compose refuses one that it knows nothing else of.
selinux_file() {
  if [ "$HOSTS" = joined ]; then
    echo "$ROOT/deploy/compose.join.selinux.yaml"
  else
    echo "$ROOT/deploy/compose.selinux.yaml"
  fi
}

# check_services: whether Compose can read its file with these settings at all.
check_services() {
  local refusal
  refusal=$(compose config 2>&1 >/dev/null) || fail "Compose refuses the services: $(tail -n 1 <<<"$refusal")" \
    "Correct the setting that it names, in deploy/.env or in the environment."
}

# base_compose ARGUMENTS...: the same on the file of the base images.
base_compose() {
  AUTODOCK_BASE_DOCKERFILE=$ROOT/deploy/base/Dockerfile \
    "${COMPOSE[@]}" -p autodock-base -f "$ROOT/deploy/base/compose.yaml" "$@"
}

# proxy_arguments: the proxies that use_proxies found, for what a build fetches.
proxy_arguments() {
  local name
  for name in {http,https,no}_proxy {HTTP,HTTPS,NO}_PROXY; do
    [ -z "${!name:-}" ] || printf '%s\n' --build-arg "$name=${!name}"
  done
}

# compose_build COMPOSE SERVICE...: by one of the two above.
compose_build() {
  local by=$1 arguments
  shift
  mapfile -t arguments < <(proxy_arguments)
  "$by" build "${arguments[@]}" "$@"
}

is_compose_1() { [ "${COMPOSE_VERSION%%.*}" = 1 ]; }

# plain_defaults: the text with the values of defaults within defaults, which version 1 leaves as text.
plain_defaults() {
  local nested='^(.*:-[^}]*)\$\{([A-Z_]+):-([^}]*)\}(\}.*)$' line name
  while IFS= read -r line; do
    while [[ $line =~ $nested ]]; do
      name=${BASH_REMATCH[2]}
      line=${BASH_REMATCH[1]}${!name:-${BASH_REMATCH[3]}}${BASH_REMATCH[4]}
    done
    printf '%s\n' "$line"
  done
}

# Version 1 knows all else of our file but the project's name, which is given on its command line anyway.
compose_file() {
  if [ "$HOSTS" = joined ]; then
    echo "$ROOT/deploy/compose.join.yaml"
  elif is_compose_1; then
    mkdir -p "$ROOT/.cache/deploy"
    grep -v '^name:' "$ROOT/deploy/compose.yaml" | plain_defaults >"$ROOT/.cache/deploy/compose.1.yaml"
    echo "$ROOT/.cache/deploy/compose.1.yaml"
  else
    echo "$ROOT/deploy/compose.yaml"
  fi
}

# shown_project: what a person types before deploy/down to mean this one.
shown_project() { [ "$PROJECT" = autodock ] || echo "COMPOSE_PROJECT_NAME=$PROJECT "; }

# shown_compose: how a person calls it from the project's folder.
shown_compose() {
  local project='' file
  # The file of a first host itself says autodock; version 1 does not read that.
  [ "$PROJECT" = autodock ] && [ "$HOSTS" != joined ] && ! is_compose_1 || project=" -p $PROJECT"
  file=$(compose_file)
  echo "${COMPOSE[*]##*/}$project -f ${file#"$ROOT"/}"
}
