# How a setting is read and refused. Sourced by `start`.
# shellcheck shell=sh

# fail VARIABLE VALUE WHAT-IS-EXPECTED
fail() {
  echo "front: $1=$2: expected $3" >&2
  exit 64
}

# matches VALUE EXTENDED-REGULAR-EXPRESSION, for the value as one line
matches() {
  case $1 in *"
"*) return 1 ;; esac
  printf '%s\n' "$1" | grep -Eqx -- "$2"
}

# Numbers, switches and durations are most of what is read, and each process that looks at one takes its time at every
# start: these the shell matches by itself.

# is_number VALUE LOWEST HIGHEST: of nine digits at the most
is_number() {
  case $1 in '' | *[!0-9]* | ??????????*) return 1 ;; esac
  [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]
}

# number VARIABLE VALUE LOWEST HIGHEST
number() {
  is_number "$2" "$3" "$4" || fail "$1" "$2" "a whole number from $3 to $4"
}

# switch VARIABLE VALUE
switch() {
  case $2 in on | off) ;; *) fail "$1" "$2" 'on or off' ;; esac
}

# milliseconds VARIABLE VALUE: 500ms, 30s, 5m, 24h; a bare number is seconds
milliseconds() {
  amount=${2%%[!0-9]*}
  case ${#amount}:${2#"$amount"} in
    [1-6]: | [1-6]:ms | [1-6]:[smh]) ;;
    *) fail "$1" "$2" 'a duration such as 500ms, 30s or 5m' ;;
  esac
  while [ "$amount" != "${amount#0}" ] && [ "$amount" != 0 ]; do amount=${amount#0}; done
  case $2 in
    *ms) unit=1 ;;
    *m) unit=60000 ;;
    *h) unit=3600000 ;;
    *) unit=1000 ;;
  esac
  ms=$((amount * unit))
  is_number "$ms" 20 999999999 || fail "$1" "$2" 'between 20ms and 277h'
  echo "$ms"
}

# folder VARIABLE VALUE: an absolute path that can stand in nginx's configuration
folder() {
  matches "$2" '/[A-Za-z0-9/_.+@: -]*' || fail "$1" "$2" 'an absolute path in plain characters'
}

# readable VARIABLE VALUE
readable() {
  folder "$1" "$2"
  [ -r "$2" ] || fail "$1" "$2" 'a file that can be read'
}

# secret VARIABLE: its value, or what stands in the file that VARIABLE_FILE names; one line
secret() {
  eval "value=\${$1:-} file=\${${1}_FILE:-}"
  if [ -n "$file" ]; then
    [ -z "$value" ] || fail "${1}_FILE" "$file" "no $1 beside it"
    readable "${1}_FILE" "$file"
    # What editors leave behind is no part of it.
    value=$(LC_ALL=C sed '1s/^\xef\xbb\xbf//; s/[[:space:]]*$//' "$file")
    [ -n "$value" ] || fail "${1}_FILE" "$file" 'a file that is not empty'
  fi
  matches "$value" '.*' || fail "$1" '(hidden)' 'one line'
  printf '%s' "$value"
}

# needs_nginx VERSION: that or a newer one
needs_nginx() {
  found=$(nginx -v 2>&1 | sed 's,^.*nginx/,,; s, .*,,')
  printf '%s\n' "$1" "$found" | sort -VC || fail nginx "$found" "$1 or newer"
}
