#!/bin/bash
# docker stack: in one file, `${ONE:-x:${TWO:-y}}` is another value than for Docker Compose.
#
# Version: docker-cli 26.1.5 and docker-compose 2.26.1 (Debian 13). 28.2 does the same.
# Guess: `docker stack config` and `docker compose config` read one format, and replace variables alike.
# Seen: with neither variable set Compose gives `x:y`. `docker stack` replaces the outer default and leaves what is in
# it as text: `x:${TWO:-y}` reaches the service, without a warning; with TWO set as well. A default of one level is
# the same in both. So a file that is shared by both must not nest defaults.
#
# Needs Debian 12 or newer with apt and dpkg; no engine. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"

# From an index of its own; the system's sources stay as they are.
mkdir -p lists/partial cache/archives/partial
# shellcheck disable=SC2016 # apt-get's own form
MIRROR=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $MIRROR trixie main" >sources.list
OPTIONS=(-qq -o "Dir::Etc::sourcelist=$DIR/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$DIR/lists"
  -o "Dir::Cache=$DIR/cache" -o APT::Sandbox::User=root)
apt-get "${OPTIONS[@]}" update
apt-get "${OPTIONS[@]}" download 'docker-cli=26.1.5*' 'docker-compose=2.26.1*'
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
mkdir -p config/cli-plugins
cp unpacked/usr/libexec/docker/cli-plugins/docker-compose config/cli-plugins/
docker() { DOCKER_CONFIG=$DIR/config env -u DOCKER_HOST ${TWO:+TWO="$TWO"} "$DIR/unpacked/usr/bin/docker" "$@"; }

cat >file.yaml <<'END'
version: '3.9'
services:
  one:
    image: image
    environment:
      FLAT: ${ONE:-x}
      NESTED: ${ONE:-x:${TWO:-y}}
END
value() { sed -nE "s/^ *$1: //p"; }
unset ONE TWO
docker --version
STACK=$(docker stack config -c file.yaml)
COMPOSE=$(docker compose -f file.yaml config 2>/dev/null)
WITH_TWO=$(TWO=z docker stack config -c file.yaml)
for name in FLAT NESTED; do
  echo "$name: stack $(value $name <<<"$STACK"), compose $(value $name <<<"$COMPOSE"), stack with TWO=z $(value $name <<<"$WITH_TWO")"
done
# shellcheck disable=SC2016 # it is this text that is left
[ "$(value NESTED <<<"$STACK") $(value NESTED <<<"$COMPOSE") $(value NESTED <<<"$WITH_TWO")" = 'x:${TWO:-y} x:y x:${TWO:-y}' ] \
  && [ "$(value FLAT <<<"$STACK")" = "$(value FLAT <<<"$COMPOSE")" ]
