#!/bin/bash
# unpack.sh SUITE FOLDER PACKAGE... [-- FOLDER PACKAGE...]: unpacks packages of a Debian suite into folders. Nothing is
# installed: they come from the mirror that this system uses, through an apt index in a folder of its own, which takes
# seconds of a processor and serves all of them. Needs Debian and root.
set -euo pipefail
# shellcheck source=../../deploy/lib/apt.sh
. "$(dirname "$0")/../../deploy/lib/apt.sh"

SUITE=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(debian_mirror) $SUITE main" >"$work/sources.list"
options=(
  -qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$work/lists"
  -o Dir::Cache="$work" -o APT::Get::List-Cleanup=0 -o APT::Sandbox::User=root
  -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
)

# unpack FOLDER PACKAGE...
unpack() {
  local folder=$1 deb package
  deb=$(mktemp -d "$work/deb-XXXXXX")
  (cd "$deb" && apt-get "${options[@]}" download "${@:2}")
  mkdir -p "$folder"
  for package in "$deb"/*.deb; do dpkg-deb -x "$package" "$folder"; done
}

apt-get "${options[@]}" update
words=()
for word in "$@" --; do
  if [ "$word" != -- ]; then
    words+=("$word")
  else
    unpack "${words[@]}"
    words=()
  fi
done
