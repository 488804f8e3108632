# shellcheck shell=bash
# A host that joins another one: reads the line that deploy/up --host printed there, and enters. Needs first.sh.

LINE=''

# hide_line ARGUMENT...: if one of them is a line itself, starts anew with that as input, as ps shows arguments.
hide_line() {
  local argument line='' arguments=()
  for argument in "$@"; do
    case $argument in
      "$LINE_START":*) line=$argument arguments+=(-) ;;
      *) arguments+=("$argument") ;;
    esac
  done
  [ -z "$line" ] || exec "$0" "${arguments[@]}" <<<"$line"
}

# read_line WHERE: sets LINE to what it holds: a file, or the input (-).
read_line() {
  local text rest
  case $1 in
    '') fail "--join needs the line that deploy/up --host printed" "deploy/up --join FILE, or deploy/up --join - with the line as input." ;;
    -) text=$(cat) ;;
    *) text=$(cat -- "$1" 2>/dev/null) || fail "--join: the file $1 cannot be read" "It should hold the line that deploy/up --host printed." ;;
  esac
  text=$(tr -d "[:space:]'" <<<"$text")
  rest=${text#"$LINE_START":} LINE=${rest%:*}
  [ "$rest" != "$text" ] || fail "this is not a joining line: it does not begin with $LINE_START:" \
    "Take the one that deploy/up --host prints on the first host."
  [ "$rest" != "$LINE" ] && [ "$(checksum "$LINE")" = "${rest##*:}" ] || fail "the joining line is cut short, or changed" \
    "Take all of it, on one line; deploy/up --host prints another one on the first host."
}

# enter_first: with a new line, or with what an earlier one left here, asks Redis whether it is good, and not used by
# another host; until then what was here goes on. Exports what the controller is told by.
enter_first() {
  local said place address volume=${LINE:+joining}
  [ -z "$LINE" ] || unpack_line
  said=$(in_image autodock --network host --user 65532:65532 -v "${PROJECT}_${volume:=keys}:/$volume:ro" -- \
    node - "$("$DOCKER" info --format '{{.ID}}')" "$("$DOCKER" info --format '{{.Name}}')" "/$volume" \
    <"$ROOT/deploy/lib/ask-first.js" 2>>"$LOG") || {
    [ -z "$LINE" ] || remove_volume joining
    fail "this host cannot join: ${said:-the line is not readable}" \
      "If that cannot be mended, deploy/up --host prints another line on the first host."
  }
  [ -z "$LINE" ] || take_line
  { read -r place address && IFS= read -r AUTODOCK_REDIS_KEY_PREFIX; } <<<"$said" || true
  export AUTODOCK_REDIS_KEY_PREFIX AUTODOCK_HOST_ADDRESS=${AUTODOCK_HOST_ADDRESS:-$address}
  step join "Redis at $place; containers of this host are reached at ports that are published on $AUTODOCK_HOST_ADDRESS"
}

# unpack_line: beside what is here.
unpack_line() {
  make_volumes joining
  in_volumes docker-proxy joining -- sh -c 'umask 077 && cd /joining && rm -f -- * && base64 -d | tar -xz && chown -R 65532:65532 .' \
    <<<"$LINE" >>"$LOG" 2>&1 && return
  remove_volume joining
  fail_log "the joining line cannot be unpacked" "deploy/up --host prints another one on the first host."
}

# take_line: in place of one that was here. Who has read that begins anew.
take_line() {
  [ -z "$(containers_of autodock)" ] || remove_containers_of autodock >>"$LOG" 2>&1 \
    || fail_log "the controller could not be stopped" "The log shows what the engine said."
  make_volumes keys
  in_volumes docker-proxy joining keys -- sh -c 'rm -f -- /keys/* && cp -a /joining/. /keys/' </dev/null >>"$LOG" 2>&1 \
    || fail_log "what the joining line holds cannot be kept" "The log shows what was tried."
  remove_volume joining
}

joined_steps() {
  local image=nginx:alpine
  ! uses_local_base || image=autodock-hello
  cat <<END

This host has joined. To route a container by the fronts of the others, publish its port:

  docker run -d -e VIRTUALHOST=hello.local -p 80 $image

Status page  http://127.0.0.1:${AUTODOCK_HTTP_PORT:-1338}/
Why routed   $(shown_compose) exec autodock autodock explain
Logs         $(shown_compose) logs -f
END
}
