#!/bin/bash
# unpack.sh SUITE FOLDER PACKAGE...: unpacks packages of a Debian suite into a folder. Nothing is installed: they come
# from the mirror that this system uses, through an apt index in a folder of its own. Needs Debian and root.
set -euo pipefail
# shellcheck source=../../deploy/lib/apt.sh
. "$(dirname "$0")/../../deploy/lib/apt.sh"

SUITE=$1 FOLDER=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/deb" "$FOLDER"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(debian_mirror) $SUITE main" >"$work/sources.list"
options=(
  -qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$work/lists"
  -o Dir::Cache="$work" -o APT::Get::List-Cleanup=0 -o APT::Sandbox::User=root
)
apt-get "${options[@]}" update
(cd "$work/deb" && apt-get "${options[@]}" download "$@")
for package in "$work"/deb/*.deb; do dpkg-deb -x "$package" "$FOLDER"; done
