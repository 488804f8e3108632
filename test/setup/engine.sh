#!/bin/bash
# engine.sh answers           exit 0 if a Docker engine answers (it asks the engine, not a client)
# engine.sh start PID_FILE    starts one if none answers; PID_FILE is written only if a process was started here
# engine.sh stop PID_FILE     ends what `start` started
set -euo pipefail

HOST=${DOCKER_HOST:-unix:///var/run/docker.sock}

answers() {
  # It comes with what the tests need; an engine may come with it.
  command -v curl >/dev/null || return 1
  case $HOST in
    unix://*) curl -sf --max-time 5 --unix-socket "${HOST#unix://}" http://docker/_ping >/dev/null ;;
    tcp://*) curl -sf --max-time 5 "http://${HOST#tcp://}/_ping" >/dev/null ;;
    *) return 1 ;;
  esac
}

# Whether an engine that will have the usual socket runs: not any dockerd is one.
is_starting() {
  local pid
  pid=$(cat /var/run/docker.pid 2>/dev/null) && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]
}

wait_until_it_answers() {
  local attempt
  for attempt in $(seq 120); do
    answers && return 0
    sleep 0.5
  done
  echo "No Docker engine answers at $HOST after $attempt attempts." >&2
  return 1
}

start() {
  answers && return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v dockerd >/dev/null || [ -n "${DOCKER_HOST:-}" ]; then
    echo "No Docker engine answers at $HOST. Start it, or run the tests as root without DOCKER_HOST." >&2
    return 1
  fi
  echo "starting a Docker engine"
  if [ -d /run/systemd/system ]; then
    systemctl start docker
  else
    # What an engine that was killed leaves behind would keep this one from starting.
    is_starting || rm -f /var/run/docker.pid
    mkdir -p "$(dirname "$1")"
    # Garbage is collected seldom in it and in whatever it starts: of its processor time that is a tenth and more.
    GOGC=400 setsid dockerd >"$1.log" 2>&1 </dev/null &
    echo $! >"$1"
  fi
  wait_until_it_answers || { [ ! -f "$1.log" ] || tail -20 "$1.log" >&2; return 1; }
}

stop() {
  [ -f "$1" ] || return 0
  local pid attempt
  pid=$(cat "$1")
  rm -f "$1"
  kill "$pid" 2>/dev/null || return 0
  for attempt in $(seq 100); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.2
  done
  echo "The engine (process $pid) did not end after $attempt attempts." >&2
}

"$@"
