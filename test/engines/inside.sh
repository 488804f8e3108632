# shellcheck shell=bash
# inside.sh: sourced with SUITE set: where the engine of that suite lives, and how something is run on it.

HOME_DIR=$PWD/.cache/engines/$SUITE
SOCKET=$HOME_DIR/run/docker.sock

# Inside of the engine's network namespace, or its containers would not be reached; with the interfaces of that
# namespace in /sys, which shows those of whoever mounted it, and the control groups as they are; and with its binaries
# first in PATH, so that engines that are started by itself are of the same version.
inside() {
  # shellcheck disable=SC2016 # for the shell in the namespace
  local as_there='mount --rbind /sys/fs/cgroup /mnt && mount -t sysfs sysfs /sys && mount --rbind /mnt /sys/fs/cgroup && umount -l /mnt && exec "$@"'
  env DOCKER_HOST="unix://$SOCKET" PATH="$HOME_DIR/run/bin:$HOME_DIR/unpacked/usr/sbin:$HOME_DIR/unpacked/usr/bin:$PATH" \
    nsenter --net="/run/netns/autodock-$SUITE" unshare --mount sh -c "$as_there" sh "$@"
}
