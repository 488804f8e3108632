#!/bin/bash
# front.sh: brings what the front's image is made of into .cache/front, the very same packages of nginx included,
# and prints the folder. Nothing is installed: test/setup/in-front.sh runs programs in it. Done once for each
# change of the versions.
#
# front.sh compare: prints which of these packages Debian's testing has in other versions by now.
set -euo pipefail
cd "$(dirname "$0")/../.."
DEBIAN=${DEBIAN:-deploy/hipache/debian}
# What the entry script runs, of the image's base.
BASE=(bash coreutils dash grep libc-bin mount perl-base sed util-linux)
SUITE=$(sed -nE 's/^ARG BASE_IMAGE=debian:([a-z]+).*/\1/p' deploy/hipache/Dockerfile)

key=$(cat test/setup/front.sh "$DEBIAN"/* <(echo "$SUITE") | sha256sum | cut -c -12)
root=$PWD/.cache/front/$key

# An index and settings of its own for apt: this system's stay as they are.
write_settings() { # write_settings FOLDER
  local mirror
  mirror=$(bash -c '. deploy/lib/debian.sh && debian_mirror')
  mkdir -p "$1"/{lists/partial,cache/archives/partial,sources,preferences}
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $SUITE main" >"$1/sources/base.list"
  cat >"$1/apt.conf" <<SETTINGS
Dir::Etc::sourcelist "-";
Dir::Etc::sourceparts "$1/sources";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "$1/preferences";
Dir::State::lists "$1/lists";
Dir::State::status "/dev/null";
Dir::Cache "$1/cache";
APT::Sandbox::User "root";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
SETTINGS
}

# with_apt COMMAND...: runs it with these settings, in $work.
with_apt() (
  command -v apt-get dpkg-deb >/dev/null || {
    echo "The front's packages are Debian's: to unpack them takes apt-get and dpkg-deb." >&2
    exit 1
  }
  # shellcheck disable=SC2030 # for what it runs alone
  work=$(mktemp -d)
  trap 'rm -rf "$work" "$root.new"' EXIT
  write_settings "$work"
  export APT_CONFIG=$work/apt.conf
  "$@"
)

# instead STATUS: without the pinned versions all tests but one that names them can run.
instead() {
  [ "$1" -eq 69 ] && [ "$DEBIAN" = deploy/hipache/debian ] || exit "$1"
  echo 'front.sh: testing with the newest nginx that the mirror has, as the pinned one cannot be had' >&2
  NGINX=newest "$DEBIAN"/install --download-only "${BASE[@]}"
}

make_root() {
  "$DEBIAN"/install --download-only "${BASE[@]}" || instead $?
  rm -rf "$root.new"
  mkdir -p "$root.new"
  # shellcheck disable=SC2031 # called by with_apt, which set it
  for package in "$work"/cache/archives/*.deb; do dpkg-deb -x "$package" "$root.new"; done
  rm -rf "$root.new"/usr/share/{doc,info,locale,man}
  mv "$root.new" "$root"
}

if [ "${1:-}" = compare ]; then
  NGINX=compared with_apt "$DEBIAN"/install
  exit
fi
mkdir -p .cache/front
exec 9>.cache/front/lock
flock 9
[ -d "$root" ] || with_apt make_root >&2
echo "$root"
