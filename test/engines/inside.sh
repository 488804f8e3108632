# shellcheck shell=bash
# inside.sh: sourced with SUITE set: where the engine of that suite lives, and how something is run on it.

HOME_DIR=$PWD/.cache/engines/$SUITE
SOCKET=$HOME_DIR/run/docker.sock

# Inside of the engine's network namespace, or its containers would not be reached, and with its binaries first in
# PATH, so that engines that are started by itself are of the same version.
inside() {
  env DOCKER_HOST="unix://$SOCKET" PATH="$HOME_DIR/run/bin:$HOME_DIR/unpacked/usr/sbin:$HOME_DIR/unpacked/usr/bin:$PATH" \
    nsenter --net="/run/netns/autodock-$SUITE" "$@"
}
