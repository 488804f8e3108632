# shellcheck shell=bash
# The base images made on this host: a minimal Debian by debootstrap, and Redis and Node on top of it.
# Done once, and again by deploy/up --update.

readonly SUITE=trixie

make_debian() {
  [ "$(id -u)" -eq 0 ] || fail "the base images cannot be made here without root" \
    "Run deploy/up with sudo, or make an image registry reachable."
  if ! command -v debootstrap >/dev/null; then
    can_apt || fail "debootstrap is missing" "Install debootstrap, or make an image registry reachable."
    during images "installing debootstrap" apt_install debootstrap debian-archive-keyring \
      || fail_log "debootstrap could not be installed" "Install it by hand, then run deploy/up again."
  fi
  during images "making a minimal Debian $SUITE" debootstrap_image \
    || fail_log "the minimal Debian could not be made" "It needs a Debian mirror; the log says more."
}

# As everywhere where files of images are made, they are for everybody, whatever the umask of who runs this is.
# Each step ends it by itself: below a `||`, as here, bash looks at no status of another command.
debootstrap_image() (
  umask 022
  root=$(mktemp -d) || exit
  trap 'rm -rf "$root"' EXIT
  debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
    "$SUITE" "$root" "$(debian_mirror)" || exit
  add_security "$root" || exit
  slim_down "$root" || exit
  # An archive that ends early may be an image all the same: it gets its name when all is well.
  if tar -C "$root" -c . | "$DOCKER" import --change 'CMD ["bash"]' - "$LOCAL:unfinished"; then
    "$DOCKER" tag "$LOCAL:unfinished" "$LOCAL:debian" || exit
    "$DOCKER" rmi "$LOCAL:unfinished"
  else
    "$DOCKER" rmi "$LOCAL:unfinished"
    exit 1
  fi
)

# add_security ROOT: the updates that Debian's own image has, where a mirror of them is known.
add_security() {
  local mirror
  mirror=$(debian_security_mirror)
  [ -n "$mirror" ] || return 0
  echo "deb $mirror $SUITE-security main" >"$1/etc/apt/sources.list.d/security.list" || return
  chroot "$1" apt-get -q update && chroot "$1" apt-get -q -y dist-upgrade
}

# slim_down ROOT: what the public slim image leaves out, now and in later installations.
slim_down() {
  rm -rf "$1"/var/cache/apt/*.bin "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* \
    "$1"/usr/share/{doc,man,locale,info}/* || return
  printf 'path-exclude /usr/share/%s/*\n' doc man locale info >"$1/etc/dpkg/dpkg.cfg.d/slim" || return
  cat >"$1/etc/apt/apt.conf.d/slim" <<'END' || return
APT::Install-Recommends "false";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };
END
  # No service starts in an image build.
  printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d" || return
  chmod +x "$1/usr/sbin/policy-rc.d"
}

# make_redis_and_node: does nothing where they exist and Node has the version that the Compose file names.
make_redis_and_node() {
  local node_version
  node_version=$(base_images | sed -nE 's/.*node:([0-9.]+).*/\1/p')
  if ! is_update && [ "$("$DOCKER" image inspect -f '{{index .Config.Labels "node.version"}}' "$LOCAL:node" 2>/dev/null)" = "$node_version" ] \
    && has_image "$LOCAL:redis"; then
    return
  fi
  command -v npm >/dev/null || fail "npm is missing: without an image registry, Node comes from the npm registry" \
    "Install npm, or make an image registry reachable."
  during images "making Redis and Node $node_version on it" build_redis_and_node "$node_version" \
    || fail_log "the base images could not be built" "They need a Debian mirror and an npm registry."
}

build_redis_and_node() (
  umask 022
  context=$(mktemp -d) || exit
  trap 'rm -rf "$context"' EXIT
  case $(uname -m) in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) echo "no Node for $(uname -m)" && exit 1 ;; esac
  npm install --prefix "$context" --ignore-scripts --no-save --no-package-lock --loglevel error \
    "node-linux-$arch@$1" npm@11 || exit
  AUTODOCK_BASE_CONTEXT=$context NODE_VERSION=$1 compose_build base_compose redis node
)

# make_one TARGET NAME: one that comes from Debian alone, if it is not here.
make_one() {
  { ! is_update && has_image "$LOCAL:$1"; } || during images "making $2 on it" build_one "$1" \
    || fail_log "the base image of $2 could not be built" "It needs a Debian mirror."
}

build_one() (
  context=$(mktemp -d) || exit
  trap 'rm -rf "$context"' EXIT
  AUTODOCK_BASE_CONTEXT=$context compose_build base_compose "$1"
)
