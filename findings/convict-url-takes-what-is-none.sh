#!/bin/bash
# convict-format-with-validator: the format `url` takes `localhost:8080`, and refuses `redis://localhost:6379`.
#
# Versions: convict 6.2.5, convict-format-with-validator 6.2.0, validator 13.15.35, Node 20 or newer.
# Guess: `url` is what `new URL()` reads: an absolute URL of any scheme, so that the address of a Redis or of an engine can
# be checked by it, and a host alone, or a host and a port, is refused for want of a scheme.
# Seen: it is a URL of http, https or ftp, or one of no scheme at all. `redis:`, `tcp:`, `unix:`, `ws:` are "must be a URL".
# `localhost:8080` and `example.com` pass validate(), and the program's own `new URL()` then reads the first as one of the
# scheme `localhost:`, and throws at the second.
#
# Needs node and npm. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"
npm install --silent --no-audit --no-fund --prefix "$DIR" convict@6.2.5 convict-format-with-validator@6.2.0 validator@13.15.35

cat >urls.cjs <<'END'
const convict = require('convict');
convict.addFormats(require('convict-format-with-validator'));

function read(TARGET) {
  try {
    const schema = { target: { format: 'url', default: null, nullable: true, env: 'TARGET' } };
    convict(schema, { env: { TARGET }, args: [] }).validate({ allowed: 'strict' });
    return 'taken';
  } catch {
    return 'refused';
  }
}
function parsed(text) {
  try {
    const { protocol, hostname } = new URL(text);
    return `${protocol} ${hostname || 'no host'}`;
  } catch {
    return 'none';
  }
}

const texts = ['http://localhost:8080', 'localhost:8080', 'example.com'];
texts.push('redis://localhost:6379/0', 'tcp://127.0.0.1:2375', 'unix:///run/docker.sock', 'ws://localhost/feed');
for (const text of texts) console.log(`${text}: ${read(text)}; new URL(): ${parsed(text)}`);
END
node urls.cjs | tee seen
diff - seen <<'END'
http://localhost:8080: taken; new URL(): http: localhost
localhost:8080: taken; new URL(): localhost: no host
example.com: taken; new URL(): none
redis://localhost:6379/0: refused; new URL(): redis: localhost
tcp://127.0.0.1:2375: refused; new URL(): tcp: 127.0.0.1
unix:///run/docker.sock: refused; new URL(): unix: no host
ws://localhost/feed: refused; new URL(): ws: localhost
END
