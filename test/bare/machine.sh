#!/bin/bash
# A bare machine of a Debian suite on this one: a minimal root, with processes, mounts, network and control groups
# of its own. Needs root, debootstrap and iptables; nothing of the host is changed but what `stop` takes away.
#
#   machine.sh root SUITE            makes the minimal root, once; it stays in .cache
#   machine.sh start SUITE NAME [v2] starts a machine on it; v2: with version 2 of control groups alone
#   machine.sh in NAME COMMAND...    runs a command in it, in /srv
#   machine.sh equip NAME            brings this project there, Node and npm of this machine, and the CA that npm uses
#   machine.sh bring NAME COMMIT DIR  unpacks the project as it was into that folder of /srv
#   machine.sh images NAME CLIENT IMAGE...  gives the engine there, by that client, those of these images that are here
#   machine.sh where NAME            tells the folder by which this machine reaches its files
#   machine.sh stop NAME             ends it, and forgets its disk
#   machine.sh wire NAME OTHER       a line between two machines beside that: 10.97.7.1 and fd00:7::1, and 10.97.7.2 and
#                                    fd00:7::2 there
#   machine.sh net NAME on|off|alone  plugs its network in or out; alone: it reaches nothing but this machine, whose
#                                    address is printed
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=../../deploy/lib/apt.sh
. deploy/lib/apt.sh

CACHE=${AUTODOCK_BARE_DIR:-$PWD/.cache/bare}
BASE=autodock-base:debian
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
CGROUPS=/sys/fs/cgroup

root() {
  local suite=$1
  [ ! -d "$CACHE/$suite" ] || return 0
  rm -rf "$CACHE/$suite.new"
  mkdir -p "$CACHE/$suite.new"
  if [ "$suite" = trixie ] && docker image inspect "$BASE" >/dev/null 2>&1; then
    root_from_base "$CACHE/$suite.new"
  else
    debootstrap --variant=minbase --keyring="$KEYRING" "$suite" "$CACHE/$suite.new" "$(debian_mirror)"
  fi
  mv "$CACHE/$suite.new" "$CACHE/$suite"
}

# root_from_base FOLDER: debootstrap's work that deploy/up has done here, without what that made it slim by.
root_from_base() {
  local container
  container=$(docker create "$BASE")
  docker export "$container" | tar -C "$1" -xf -
  docker rm "$container" >/dev/null
  rm -f "$1"/etc/apt/sources.list.d/security.list "$1"/etc/dpkg/dpkg.cfg.d/slim "$1"/etc/apt/apt.conf.d/slim "$1"/usr/sbin/policy-rc.d "$1"/.dockerenv
}

start() {
  local suite=$1 name=$2 groups=${3:-} dir=$CACHE/machines/$2 link pid
  [ -d "$CACHE/$suite" ] || { echo "there is no root $suite: machine.sh root $suite" >&2; return 1; }
  [ ! -d "$dir" ] || { echo "$name runs already, or was not stopped: machine.sh stop $name" >&2; return 1; }
  # overlay2 cannot stand on an overlay: the engine's data lies beside it.
  mkdir -p "$dir/upper" "$dir/work" "$dir/root" "$dir/engine"
  (
    enter_own_cgroups "$name"
    exec setsid unshare --mount --pid --net --uts --ipc --cgroup --fork \
      bash test/bare/init.sh "$CACHE/$suite" "$dir" "$groups" >"$dir/log" 2>&1 </dev/null
  ) &
  # A minute, of a machine that is busy.
  for _ in $(seq 600); do
    # unshare's child is the machine's first process.
    pid=$(pgrep -P $! || true)
    [ -z "$pid" ] || [ ! -e "/proc/$pid/cwd/run/machine-waits" ] || break
    kill -0 $! 2>/dev/null || break
    sleep 0.1
  done
  if [ -z "$pid" ] || [ ! -e "/proc/$pid/cwd/run/machine-waits" ]; then
    cat "$dir/log" >&2
    return 1
  fi
  echo "$pid" >"$dir/pid"
  link=$(plug_in "$pid")
  echo "$link" >"$dir/link"
}

# enter_own_cgroups NAME: a group of each hierarchy, which the machine will take for the root of it.
enter_own_cgroups() {
  local hierarchy group file
  while read -r hierarchy; do
    group=$hierarchy/autodock-bare-$1
    [ ! -e "$hierarchy/cgroup.clone_children" ] || echo 1 >"$hierarchy/cgroup.clone_children"
    mkdir -p "$group"
    for file in cpuset.cpus cpuset.mems; do
      [ ! -e "$hierarchy/$file" ] || cat "$hierarchy/$file" >"$group/$file"
    done
    echo 0 >"$group/cgroup.procs"
  done < <(awk '$3 ~ /^cgroup/ { print $2 }' /proc/mounts)
}

# is_free NUMBER: whether that network leads nowhere yet. A bare machine on which the tests run has one of them itself.
is_free() { [ ! -e "/sys/class/net/bare$1" ] && [ -z "$(ip -4 route show root "10.98.$1.0/24")" ]; }

# plug_in PID: a line between this machine and that, on the first free network; prints its number.
plug_in() {
  local number net
  exec 8>"$CACHE/lock"
  flock 8
  for number in $(seq 1 200); do ! is_free "$number" || break; done
  net=10.98.$number
  ip link add "bare$number" type veth peer name eth0 netns "$1"
  exec 8>&-
  ip addr add "$net.1/24" dev "bare$number"
  ip link set "bare$number" up
  sysctl -qw net.ipv4.ip_forward=1
  iptables -w -t nat -A POSTROUTING -s "$net.0/24" ! -o "bare$number" -j MASQUERADE
  iptables -w -I FORWARD -i "bare$number" -j ACCEPT
  iptables -w -I FORWARD -o "bare$number" -j ACCEPT
  nsenter --net --target "$1" sh -c "ip link set lo up; ip addr add $net.2/24 dev eth0; ip link set eth0 up; ip route add default via $net.1"
  echo "$number"
}

unplug() {
  local number=$1
  ip link del "bare$number" 2>/dev/null || true
  iptables -w -t nat -D POSTROUTING -s "10.98.$number.0/24" ! -o "bare$number" -j MASQUERADE || true
  iptables -w -D FORWARD -i "bare$number" -j ACCEPT || true
  iptables -w -D FORWARD -o "bare$number" -j ACCEPT || true
}

inside() {
  local name=$1
  shift
  enter_own_cgroups "$name"
  nsenter --all --target "$(cat "$CACHE/machines/$name/pid")" \
    env -i --chdir=/srv HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"
}

equip() {
  local node npm ca command
  # A mirror that is kept as it was on a day has lists that are too old: this system's apt is told not to mind.
  inside "$1" sh -c 'cat >/etc/apt/apt.conf.d/this-mirror' < <(apt-config dump Acquire::Check-Valid-Until)
  node=$(readlink -f "$(command -v node)")
  npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
  bash test/setup/files.sh . | tar --null -T - --ignore-failed-read -cf - 2>/dev/null \
    | inside "$1" tar --no-same-owner -xf -
  tar -C "$(dirname "$node")" -cf - node | inside "$1" tar -C /usr/local/bin -xf -
  inside "$1" mkdir -p /usr/local/lib/node_modules/npm
  tar -C "$npm" -cf - . | inside "$1" tar -C /usr/local/lib/node_modules/npm -xf -
  for command in npm npx; do
    inside "$1" ln -sf "../lib/node_modules/npm/bin/$command-cli.js" "/usr/local/bin/$command"
  done
  # shellcheck disable=SC2016 # for the shell in the machine
  inside "$1" sh -c 'cat >"$HOME/.npmrc"' < <(npm config get registry | sed 's/^/registry=/')
  ca=${NODE_EXTRA_CA_CERTS:-$(npm config get cafile || true)}
  # For pip, too, by which a Redis comes.
  # shellcheck disable=SC2016 # for the shell in the machine
  [ ! -r "$ca" ] || inside "$1" sh -c 'cat >/srv/ca.pem && echo cafile=/srv/ca.pem >>"$HOME/.npmrc" &&
    printf "[global]\ncert = /srv/ca.pem\n" >/etc/pip.conf' <"$ca"
}

where() { echo "/proc/$(cat "$CACHE/machines/$1/pid")/root"; }

bring() { git archive "$2" | inside "$1" tar --no-same-owner -C "$3" -xf -; }

images() {
  local name=$1 client=$2 image here=()
  for image in "${@:3}"; do
    ! docker image inspect "$image" >/dev/null 2>&1 || here+=("$image")
  done
  [ "${#here[@]}" -eq 0 ] || docker save "${here[@]}" | inside "$name" "$client" load
}

net() {
  local link
  link=$(cat "$CACHE/machines/$1/link")
  case $2 in
    on) ip link set "bare$link" up ;;
    off) ip link set "bare$link" down ;;
    alone)
      nsenter --net --target "$(cat "$CACHE/machines/$1/pid")" ip route del default
      echo "10.98.$link.1"
      ;;
  esac
}

wire() {
  local number=0 name pids=()
  for name in "$@"; do pids+=("$(cat "$CACHE/machines/$name/pid")"); done
  ip link add wire0 netns "${pids[0]}" type veth peer name wire0 netns "${pids[1]}"
  for name in "${pids[@]}"; do
    number=$((number + 1))
    nsenter --net --target "$name" sh -c "ip addr add 10.97.7.$number/24 dev wire0; ip link set wire0 up
      ip addr add fd00:7::$number/64 dev wire0 nodad"
  done
}

stop() {
  local dir=$CACHE/machines/$1 group
  [ -d "$dir" ] || return 0
  # Numbers are forgotten with what they name: when this machine is stopped again, others may have them. And the link
  # goes first: it would go with the process, and its number be free.
  if [ -s "$dir/link" ]; then
    unplug "$(cat "$dir/link")"
    rm -f "$dir/link"
  fi
  # Its first process takes all others and every mount with it.
  if [ -s "$dir/pid" ]; then
    kill -KILL "$(cat "$dir/pid")" 2>/dev/null || true
    rm -f "$dir/pid"
  fi
  for group in "$CGROUPS"/autodock-bare-"$1" "$CGROUPS"/*/autodock-bare-"$1"; do
    [ ! -d "$group" ] || remove_group "$group"
  done
  # Mounts of what was killed go a moment later.
  for _ in $(seq 300); do
    rm -rf "$dir" 2>/dev/null || true
    [ -e "$dir" ] || return 0
    sleep 0.2
  done
  echo "$dir cannot be removed" >&2
  return 1
}

remove_group() {
  for _ in $(seq 50); do
    find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
    [ -d "$1" ] || return 0
    sleep 0.2
  done
}

command=${1:-}
shift || true
case $command in
  root | start | equip | bring | images | where | wire | stop | net) "$command" "$@" ;;
  in) inside "$@" ;;
  *) sed -n '5,17p' "$0" >&2; exit 2 ;;
esac
