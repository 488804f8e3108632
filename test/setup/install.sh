#!/bin/bash
# Installs what the tests need: on Debian as root by apt, elsewhere it names what is missing. (On Ubuntu nobody has
# tried it; its chromium is no package of that kind.)
# Services that come with the packages are not started: the tests start private ones of their own. The front's
# nginx is that of its image, wherever the tests run.
set -euo pipefail
# What apt says is read here.
export LC_ALL=C
for part in apt packages compose; do
  # shellcheck source=/dev/null
  . "$(dirname "$0")/../../deploy/lib/$part.sh"
done

PACKAGES=(
  busybox-static caddy chromium curl debian-archive-keyring debootstrap fish git haproxy iproute2 iptables lua-check openssl
  procps prometheus python3-pip redis-server shellcheck util-linux zsh
)
COMMANDS=(
  apt-get busybox chromium curl dpkg-deb fish git haproxy ip iptables luacheck nsenter openssl prometheus promtool redis-server
  shellcheck tar unshare zsh
)
POLICY=/usr/sbin/policy-rc.d

missing_packages() {
  local package
  for package in "${PACKAGES[@]}"; do
    is_installed "$package" || echo "$package"
  done
  # Another edition of the engine (docker-ce, moby) serves as well.
  if ! command -v dockerd >/dev/null && ! bash "$(dirname "$0")/engine.sh" answers; then
    engine_packages
  elif ! command -v docker >/dev/null; then
    client_packages
  fi
}

# without_services COMMAND...: runs it while no package may start a service.
without_services() {
  local made_policy='' status=0
  if [ ! -e "$POLICY" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$POLICY"
    chmod +x "$POLICY"
    made_policy=yes
    trap 'rm -f "$POLICY"' EXIT
  fi
  "$@" || status=$?
  [ -z "$made_policy" ] || rm -f "$POLICY"
  return "$status"
}

# install NAME COMMAND...: as root.
install() {
  if [ "$(id -u)" -ne 0 ]; then
    echo "The tests need these packages: $1. Install them, or run the tests as root." >&2
    return 1
  fi
  echo "installing $1"
  without_services "${@:2}" | only_waiting
}

has_compose() { docker compose version >/dev/null 2>&1; }

main() {
  if command -v apt-get >/dev/null; then
    local missing
    missing=$(missing_packages | each_once | paste -sd ' ')
    # Asked again there: a machine that never asked its mirror does not know which ones an engine takes.
    [ -z "$missing" ] || install "$missing" install_packages missing_packages || return
    has_compose || install 'Docker Compose 2' install_compose_2
    return
  fi
  local command absent=()
  for command in "${COMMANDS[@]}"; do
    command -v "$command" >/dev/null || absent+=("$command")
  done
  has_compose || absent+=('docker compose')
  [ ${#absent[@]} -eq 0 ] || {
    echo "The tests need these commands: ${absent[*]}. Install them (a static busybox too) and run again." >&2
    return 1
  }
}

main && bash "$(dirname "$0")/front.sh" >/dev/null
