# Where a Prometheus of another machine asks for the figures, and what it must know. Sourced by `start`.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # they are used where they are rendered, and set in the other parts

metrics_port=${FRONT_METRICS_PORT:-off}
metrics_token=$(secret FRONT_METRICS_TOKEN)

if [ "$metrics_port" != off ]; then
  is_number "$metrics_port" 1024 65535 ||
    fail FRONT_METRICS_PORT "$metrics_port" 'a whole number from 1024 to 65535, or off'
  for taken in "$http_port" "$https_port" "$status_port"; do
    [ "$metrics_port" != "$taken" ] ||
      fail FRONT_METRICS_PORT "$metrics_port" 'a port of its own'
  done
  [ -n "$metrics_token" ] ||
    fail FRONT_METRICS_PORT "$metrics_port" \
      'FRONT_METRICS_TOKEN or FRONT_METRICS_TOKEN_FILE beside it, as every machine can ask there'
  matches "$metrics_token" '[A-Za-z0-9._~+/=-]{16,200}' ||
    fail FRONT_METRICS_TOKEN '(hidden)' '16 to 200 characters such as a token has: openssl rand -hex 32'
fi

write_metrics_server() {
  [ "$metrics_port" != off ] || return 0
  echo '  server {'
  echo "    listen 0.0.0.0:$metrics_port;"
  [ ! -e /proc/net/if_inet6 ] || echo "    listen [::]:$metrics_port;"
  cat << END
    access_log off;
    location = /metrics {
      content_by_lua_block { require('autodock.scrape').answer() }
    }
    location / {
      return 404 "not here: try /metrics\n";
    }
  }
END
}
