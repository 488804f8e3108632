#!/bin/bash
# in-front.sh COMMAND...: runs a command with the programs and libraries of the front's image (front.sh) in place of
# this machine's: its nginx, its shell, its C library. All else, folders, users, network, stays this machine's.
# The process that is started is the command itself.
set -euo pipefail
root=$(bash "$(dirname "$0")/front.sh")
[ "$(id -u)" -eq 0 ] || as_user=--map-root-user
# shellcheck disable=SC2016,SC2086 # for the shell in the namespace; one word or none
exec unshare ${as_user:-} --mount sh -c 'mount --bind "$0" /usr && exec "$@"' "$root/usr" "$@"
