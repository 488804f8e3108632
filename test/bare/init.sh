#!/bin/bash
# init.sh LOWER DIR [v2]: the first process of a bare machine (see machine.sh). Makes its root what is on LOWER, with
# what changes in DIR, and then takes in processes that were left behind, as a first process must.
set -euo pipefail
LOWER=$1 DIR=$2 ROOT=$2/root GROUPS_VERSION=${3:-}

mount_cgroups() {
  local hierarchy type options
  if [ "$GROUPS_VERSION" = v2 ]; then
    mount -t cgroup2 cgroup2 "$ROOT/sys/fs/cgroup"
    return
  fi
  mount -t tmpfs -o mode=755 tmpfs "$ROOT/sys/fs/cgroup"
  while read -r hierarchy type options; do
    case $type in
      cgroup) options=$(tr , '\n' <<<"$options" | grep -vxE 'rw|relatime|nosuid|nodev|noexec|xattr|release_agent=.*' | paste -sd,) ;;
      cgroup2) options=rw ;;
    esac
    mkdir -p "$ROOT$hierarchy"
    mount -t "$type" -o "$options" "$type" "$ROOT$hierarchy"
  done < <(awk '$3 ~ /^cgroup/ { print $2, $3, $4 }' /proc/mounts | sort -u)
}

mount --make-rprivate /
mount -t overlay -o "lowerdir=$LOWER,upperdir=$DIR/upper,workdir=$DIR/work" overlay "$ROOT"
mount -t proc proc "$ROOT/proc"
mount -t sysfs sysfs "$ROOT/sys"
mount_cgroups
mount -t tmpfs -o mode=755 tmpfs "$ROOT/dev"
for device in null zero full random urandom tty; do
  touch "$ROOT/dev/$device"
  mount --bind "/dev/$device" "$ROOT/dev/$device"
done
mkdir "$ROOT/dev/pts" "$ROOT/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$ROOT/dev/pts"
ln -s pts/ptmx "$ROOT/dev/ptmx"
ln -s /proc/self/fd "$ROOT/dev/fd"
mount -t tmpfs -o mode=1777 tmpfs "$ROOT/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$ROOT/run"
mkdir -p "$ROOT/run/lock" "$ROOT/var/lib/docker" "$ROOT/srv"
mount --bind "$DIR/engine" "$ROOT/var/lib/docker"
cp -L /etc/resolv.conf "$ROOT/etc/resolv.conf"
hostname bare
printf '127.0.0.1 localhost bare\n::1 localhost\n' >"$ROOT/etc/hosts"

cd "$ROOT"
mkdir -p old
pivot_root . old
exec chroot . bash -c 'umount -l /old; rmdir /old; touch /run/machine-waits; while :; do sleep 1000000 & wait $!; done'
