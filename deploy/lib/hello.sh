# shellcheck shell=bash
# The hello container, and the lines that a newcomer needs next.

readonly HELLO_HOST=hello.localhost

hello_name() { echo "$PROJECT-hello"; }

front_port() { echo "${FRONT_HTTP_PORT:-80}"; }

# build_hello: for the demo, and where no image can be pulled to try things with.
build_hello() {
  during hello "building the hello image" compose_build base_compose hello \
    || fail_log "the hello image could not be built" "The log shows which step failed."
}

remove_hello() { "$DOCKER" rm -f "$(hello_name)" >/dev/null 2>&1 || true; }

show_demo() {
  local run=(docker run -d --name "$(hello_name)" -e "VIRTUALHOST=$HELLO_HOST" autodock-hello)
  echo
  echo "\$ ${run[*]}"
  if [ -n "$("$DOCKER" ps -q --filter status=running --filter "name=^$(hello_name)\$")" ]; then
    echo "(runs already)"
  else
    remove_hello
    "$DOCKER" "${run[@]:1}" | cut -c 1-12
  fi
  echo
  echo "\$ $(shown_curl) $(hello_url)"
  ask_front || fail "the front does not answer for $HELLO_HOST" \
    "What the controller says: http://127.0.0.1:${AUTODOCK_HTTP_PORT:-1338}/" "Its log: $(shown_compose) logs autodock"
  echo
  echo "Browsers find $(hello_url), too. $(shown_project)deploy/down takes the container away again."
}

hello_url() {
  local port
  port=$(front_port)
  [ "$port" = 80 ] && echo "http://$HELLO_HOST/" || echo "http://$HELLO_HOST:$port/"
}

# shown_curl: it asks a proxy of the environment for this host's own addresses, too.
shown_curl() { [ -n "${http_proxy:-}" ] && echo "curl --noproxy '*'" || echo curl; }

# ask_front: prints the front's answer once it is the container's, for at most 10 s. By bash's own
# sockets: the host may have no curl.
ask_front() {
  local answer
  for _ in $(seq 100); do
    answer=$(get_hello 2>/dev/null | tr -d '\r') || true
    case $answer in
      'HTTP/1.1 200'*)
        printf '%s\n' "${answer#*$'\n\n'}"
        return ;;
    esac
    sleep 0.1
  done
  printf '%s\n' "${answer:-no answer}" | head -n 5
  return 1
}

get_hello() {
  exec 3<>"/dev/tcp/127.0.0.1/$(front_port)"
  printf 'GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$HELLO_HOST" >&3
  cat <&3
}

next_steps() {
  local port image=nginx:alpine
  port=$(front_port)
  ! uses_local_base || image=autodock-hello
  cat <<END

autodock is up. To route a container, tell it its host name:

  docker run -d -e VIRTUALHOST=hello.local $image
  $(shown_curl) -H 'Host: hello.local' http://127.0.0.1$([ "$port" = 80 ] || echo ":$port")/

Status page  http://127.0.0.1:${AUTODOCK_HTTP_PORT:-1338}/
Why routed   $(shown_compose) exec autodock autodock explain
Logs         $(shown_compose) logs -f
END
  ! wants_prometheus || echo "Prometheus   http://127.0.0.1:${AUTODOCK_PROMETHEUS_PORT:-9090}/alerts"
  ! wants_grafana || echo "Dashboard    http://127.0.0.1:${AUTODOCK_GRAFANA_PORT:-3000}/"
}
