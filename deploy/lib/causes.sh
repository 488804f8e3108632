# shellcheck shell=bash
# What a failure comes from, by what the log holds of it: a line of cause and one of remedy for what a person can mend.

readonly UNREACHED='Temporary failure (in name resolution|resolving)|Could not resolve|no such host|EAI_AGAIN|Network is unreachable'

# unproxied: the pattern of a proxy that does not answer, or wants a password. What refuses at another port is none.
unproxied() {
  local proxy port ports=()
  for proxy in "${http_proxy:-}" "${https_proxy:-}"; do
    [ -n "$proxy" ] || continue
    [[ $proxy == https://* ]] && port=443 || port=80
    proxy=${proxy#*://}
    [[ ${proxy%%/*} =~ :([0-9]+)$ ]] && port=${BASH_REMATCH[1]}
    ports+=("$port")
  done
  echo "proxyconnect|Proxy Authentication Required|$(IFS='|' && echo \
    "(Could not connect to|Unable to connect to|ECONNREFUSED) [^ ]*:(${ports[*]})([^0-9]|\$)")"
}

# name_cause: ends the program where the last step's part of the log tells a cause.
name_cause() {
  local said
  said=$(last_step)
  if has 'AUTODOCK_NGINX=newest'; then
    fail "the front's nginx cannot be had in the version that is wanted: $(line 'AUTODOCK_NGINX=newest')" \
      "Take what the mirror has today: AUTODOCK_NGINX=newest deploy/up."
  elif has 'requires buildx|buildx component is missing'; then
    fail "this Docker builds with buildx, which is missing or too old: $(line 'requires buildx|buildx component is missing')" \
      "Install it: the package docker-buildx-plugin (from docker.com) or docker-buildx (Debian, Ubuntu)."
  elif has 'no space left on device'; then
    fail "the disk is full$(full_disk)" \
      "Make room there (docker system df tells what images and containers take), then run deploy/up again."
  elif has 'toomanyrequests|pull rate limit'; then
    fail "the image registry takes no more requests from here: $(line 'toomanyrequests|pull rate limit')" \
      "Wait, or log in (docker login), then run deploy/up again."
  elif has 'x509: |certificate verify failed|SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)'; then
    fail "a certificate is not trusted: $(line 'x509: |certificate verify failed|SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)')" \
      "$(ca_remedy)"
  elif [ -n "${http_proxy:-}${https_proxy:-}" ] && has "$UNREACHED|$(unproxied)"; then
    fail "the network is not reached by the proxy that the environment names: $(line "$UNREACHED|$(unproxied)")" \
      "Correct http_proxy and https_proxy, or unset them where none is needed, then run deploy/up again."
  elif has "$UNREACHED"; then
    fail "the network does not reach: $(line "$UNREACHED")" \
      "Make it reachable (through a proxy: export http_proxy and https_proxy${SUDO_USER:+, which sudo -E keeps}), then run deploy/up again."
  elif has 'Packages need to be removed but'; then
    fail "what is missing would take the place of packages that are here: $(packages_in_the_way)" \
      "Install Docker by hand (https://docs.docker.com/engine/install/), or remove them, then run deploy/up again."
  elif has '^E: Could not get lock'; then
    fail "packages cannot be installed while another program does: $(line '^E: Could not get lock')" \
      "Wait until that has ended (a new machine updates itself), then run deploy/up again."
  elif has 'dpkg was interrupted'; then
    fail "an installation of packages was cut off before" "Run dpkg --configure -a, then deploy/up again."
  fi
}

# packages_in_the_way: which apt would remove.
packages_in_the_way() { awk '/packages will be REMOVED/ { on = 1; next } /^[^ ]/ { on = 0 } on' <<<"$said" | xargs; }

ca_remedy() {
  if [ -n "${COMPOSE_VERSION:-}" ] && is_compose_1; then
    echo "Behind a proxy that re-signs TLS its CA is needed, which Compose $COMPOSE_VERSION cannot give to a build: install Compose 2."
  else
    echo "Behind a proxy that re-signs TLS give its CA: NODE_EXTRA_CA_CERTS=/path/ca.pem deploy/up."
  fi
}

# last_step: what the log holds of it, without colours.
last_step() {
  local begin
  begin=$(grep -n '^== ' "$LOG" | tail -n 1 | cut -d : -f 1) || true
  tail -n "+${begin:-1}" "$LOG" | sed 's/\x1b\[[0-9;]*m//g'
}

has() { grep -qiE "$1" <<<"$said"; }

# line PATTERN: the first line with it, cut to what fits.
line() { grep -iE -m 1 "$1" <<<"$said" | sed -E 's/^[[:space:]#0-9.]+//' | cut -c 1-160; }

# full_disk: " (/var/lib/docker has 12M left)", for the first of the likely ones that is.
full_disk() {
  local folder left
  for folder in "$("$DOCKER" info --format '{{.DockerRootDir}}' 2>/dev/null)" "${TMPDIR:-/tmp}" "$ROOT"; do
    left=$(df -Pm "$folder" 2>/dev/null | awk 'NR == 2 { print $4 }')
    if [ -n "$left" ] && [ "$left" -lt 500 ]; then
      echo ": $folder has $left MB left"
      return
    fi
  done
}
