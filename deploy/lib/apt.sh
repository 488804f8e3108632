# shellcheck shell=bash
# Packages of Debian and Ubuntu. A machine's own updates hold apt's locks for minutes after its first start.

can_apt() { [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; }

# apt ARGUMENTS...: waits for the lock of what installs.
apt() { apt-get -q -o DPkg::Lock::Timeout=600 "$@"; }

# apt_install_now PACKAGE...: after an installation that was cut off goes on with that first. What is here stays: an
# engine's packages are in the way of others that somebody may need (containerd.io, podman-docker).
apt_install_now() {
  # While another one runs, it looks the same, and its lock is waited for below.
  [ -z "$(find /var/lib/dpkg/updates -type f 2>/dev/null)" ] || dpkg --configure -a || true
  apt install -y --no-install-recommends --no-remove "$@"
}

# shellcheck disable=SC2120 # compose.sh gives some
# apt_update ARGUMENTS...: waits for the lock of the index, too, for which apt-get has no setting, and says so in the
# words that it has for the other one.
apt_update() {
  local said
  for _ in $(seq 300); do
    if said=$(apt "$@" update 2>&1); then
      echo "$said"
      # It says that it is well without any answer, and each package would be tried for minutes.
      ! grep -qE '^W: Failed to fetch' <<<"$said" || grep -qE '^(Hit|Get):' <<<"$said"
      return
    fi
    grep -q 'Unable to lock directory' <<<"$said" || break
    sed -n 's/^E: Could not get lock/Waiting for cache lock: Could not get lock/p' <<<"$said"
    sleep 2
  done
  echo "$said" >&2
  return 1
}

# only_waiting: of what apt says in its input only for what it waits, each once and at once, as no awk surely does.
only_waiting() {
  local line told=''
  while IFS= read -r line; do
    if [[ $line == 'Waiting for '* && $line != "$told" ]]; then
      echo "$line"
      told=$line
    fi
  done
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2119 # of the system's own index
  apt_update && apt_install_now "$@"
}

# install_packages CHOICE: what that function of packages.sh prints, once apt knows what there is.
install_packages() {
  local packages
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2119 # of the system's own index
  apt_update || return
  mapfile -t packages < <("$1" | each_once)
  [ "${#packages[@]}" -gt 0 ] && apt_install_now "${packages[@]}"
}

# each_once: the words of its input, a line for each.
each_once() { tr ' ' '\n' | awk 'NF && !seen[$0]++'; }

# debian_mirror: the one that this host uses, if it is Debian's.
debian_mirror() {
  local url
  url=$(debian_mirrors | grep -v security | head -n 1) || true
  echo "${url:-http://deb.debian.org/debian}"
}

# debian_security_mirror: likewise, of its security updates; nothing where this Debian has none, or has them by HTTPS,
# for which a minimal Debian lacks the certificates.
debian_security_mirror() {
  local url
  url=$(debian_mirrors | grep '^http:.*security' | head -n 1) || true
  [ -n "$url" ] || [ -n "$(debian_mirrors)" ] || url=http://deb.debian.org/debian-security
  echo "$url"
}

debian_mirrors() {
  # shellcheck disable=SC2016 # $(SITE) is apt's
  apt-get indextargets --format '$(SITE)' 'Origin: Debian' 'Created-By: Packages' 2>/dev/null || true
}
