#!/bin/bash
# front.sh: brings what the front's image is made of into .cache/front, the very same packages of nginx included,
# and prints the folder. Nothing is installed: test/setup/in-front.sh runs programs in it. Done once for each
# change of the versions. AUTODOCK_NGINX=newest brings those that Debian's testing has, as it does for the image.
#
# front.sh compare: prints which of these packages Debian's testing has in other versions by now.
set -euo pipefail
cd "$(dirname "$0")/../.."
DEBIAN=${DEBIAN:-deploy/hipache/debian}
# What the entry script runs, of the image's base.
BASE=(bash coreutils dash grep libc-bin mount perl-base sed util-linux)
SUITE=$(sed -nE 's/^ARG BASE_IMAGE=debian:([a-z]+).*/\1/p' deploy/hipache/Dockerfile)

WANTED=${AUTODOCK_NGINX:-pinned}

key=$(cat test/setup/front.sh "$DEBIAN"/* <(echo "$SUITE" "$WANTED") | sha256sum | cut -c -12)
root=$PWD/.cache/front/$key
# The index as it was fetched last.
LISTS=$PWD/.cache/front/lists

# An index and settings of its own for apt: this system's stay as they are.
write_settings() { # write_settings FOLDER
  local mirror
  mirror=$(bash -c '. deploy/lib/apt.sh && debian_mirror')
  mkdir -p "$1"/{lists/partial,cache/archives/partial,sources,preferences}
  # Beside it apt keeps its lock: beside /dev/null it would be one of all clones of this project.
  : >"$1/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $SUITE main" >"$1/sources/base.list"
  cat >"$1/apt.conf" <<SETTINGS
Dir::Etc::sourcelist "-";
Dir::Etc::sourceparts "$1/sources";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "$1/preferences";
Dir::State::lists "$1/lists";
Dir::State::status "$1/status";
Dir::Cache "$1/cache";
APT::Sandbox::User "root";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::Languages "none";
SETTINGS
}

# with_apt COMMAND...: runs it with these settings, in $work.
with_apt() (
  command -v apt-get dpkg-deb >/dev/null || {
    echo "The front's packages are Debian's: to unpack them takes apt-get and dpkg-deb." >&2
    exit 1
  }
  mkdir -p "$LISTS"
  # shellcheck disable=SC2030 # for what it runs alone
  work=$(mktemp -d "$LISTS.XXXXXX")
  trap 'rm -rf "$work" "$root.new" "$root-newest.new"' EXIT
  write_settings "$work"
  # What a mirror has not changed since is neither fetched nor unpacked again. apt writes anew, never in place.
  cp -al "$LISTS/." "$work/lists" 2>/dev/null || true
  export APT_CONFIG=$work/apt.conf
  "$@" || exit
  rm -rf "$LISTS"
  mv -T "$work/lists" "$LISTS" 2>/dev/null || true
)

# make_root FOLDER VERSIONS: each step ends it by itself, as its status is looked at.
make_root() {
  NGINX=$2 "$DEBIAN"/install --download-only "${BASE[@]}" || return
  rm -rf "$1.new"
  mkdir -p "$1.new" || return
  # shellcheck disable=SC2031 # called by with_apt, which set it
  for package in "$work"/cache/archives/*.deb; do dpkg-deb -x "$package" "$1.new" || return; done
  rm -rf "$1.new"/usr/share/{doc,info,locale,man}
  mv "$1.new" "$1"
}

# bring_root: sets $root. Without the pinned versions all tests but one that names them can run, with others, which
# are kept for a day: then the pinned ones are asked for again.
bring_root() {
  local status=0
  [ ! -d "$root" ] || return 0
  find "$root-newest" -maxdepth 0 -mmin +1440 -exec rm -rf {} + 2>/dev/null || true
  if [ ! -d "$root-newest" ]; then
    with_apt make_root "$root" "$WANTED" >&2 || status=$?
    [ "$status" -ne 0 ] || return 0
    [ "$status" -eq 69 ] && [ "$WANTED" = pinned ] && [ "$DEBIAN" = deploy/hipache/debian ] || exit "$status"
    echo 'front.sh: testing with the newest nginx that the mirror has, as the pinned one cannot be had' >&2
    with_apt make_root "$root-newest" newest >&2 || exit
  fi
  root=$root-newest
}

if [ "${1:-}" = compare ]; then
  NGINX=compared with_apt "$DEBIAN"/install
  exit
fi
# One at a time brings the same; who needs what is here, or something else, does not wait for that.
if [ ! -d "$root" ]; then
  mkdir -p .cache/front
  exec 9>"$root.lock"
  flock 9
  bring_root
fi
echo "$root"
