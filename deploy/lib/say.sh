# shellcheck shell=bash
# How deploy/up and deploy/down speak: one line per step, the noise in a log, errors with their remedy.

LOG=$ROOT/.cache/deploy/${0##*/}.log

# step NAME TEXT: a step that is done, or that needs no waiting.
step() { printf '%-10s %s\n' "$1" "$2"; }

# fail CULPRIT REMEDY...: one line that says what is wrong, one that says what to do. Ends the program.
fail() {
  printf '%s: %s\n' "deploy/${0##*/}" "$1" >&2
  shift
  printf '  %s\n' "$@" >&2
  exit 1
}

# during NAME TEXT COMMAND...: runs the command with its output in the log and shows that time passes.
# Returns the command's status; the caller knows what its failure means.
during() {
  local name=$1 text=$2 started=$SECONDS pid status=0 interrupted=''
  shift 2
  printf '\n== %s: %s\n' "$name" "$text" >>"$LOG"
  trap 'interrupted=yes' INT TERM HUP # until it is known whom to end
  # As a group of its own, so that all that it starts can be ended; without the lock, which a service that a package
  # starts would keep.
  set -m
  "$@" >>"$LOG" 2>&1 </dev/null 9>&- &
  pid=$!
  set +m
  trap 'end_group "$pid"; exit 130' INT TERM HUP
  [ -z "$interrupted" ] || { end_group "$pid"; exit 130; }
  while kill -0 "$pid" 2>/dev/null; do
    progress "$name" "$text, $((SECONDS - started)) s" "$((SECONDS - started))"
    sleep 0.2
  done
  wait "$pid" || status=$?
  trap - INT TERM HUP
  clear_progress
  [ "$status" -ne 0 ] || step "$name" "$text, $((SECONDS - started)) s"
  return "$status"
}

# end_group PID: what this process leads; told twice to end, at once.
end_group() {
  trap 'kill -KILL -- "-$1"; exit 130' INT TERM HUP
  kill -TERM -- "-$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# progress NAME TEXT SECONDS: on a terminal one line that is written over, with the end of the log;
# elsewhere a line every ten seconds.
progress() {
  local line
  if [ -t 1 ]; then
    printf -v line '%-10s %s  %s' "$1" "$2" "$(last_words)"
    printf '\r\033[K%s' "${line:0:$((${COLUMNS:-$(tput cols 2>/dev/null || echo 80)} - 1))}"
  elif [ "$3" -gt 0 ] && [ $(($3 % 10)) -eq 0 ] && [ "${told:-}" != "$1 $3" ]; then
    told="$1 $3"
    step "$1" "$2 ..."
  fi
}

clear_progress() { [ ! -t 1 ] || printf '\r\033[K'; }

# The last line of the log, without what a terminal would obey.
last_words() { tail -c 400 "$LOG" 2>/dev/null | tr '\r' '\n' | tr -cd '[:print:]\n' | grep -v '^ *$' | tail -n 1; }

# log_tail: what the log ends with, for a failure.
log_tail() {
  printf -- '--- the end of %s:\n' "$LOG" >&2
  tail -n 20 "$LOG" >&2
  printf -- '---\n' >&2
}

# fail_log CULPRIT REMEDY...: fail, after the end of the log, with the cause that it tells if it tells one.
fail_log() {
  log_tail
  name_cause
  fail "$@"
}
