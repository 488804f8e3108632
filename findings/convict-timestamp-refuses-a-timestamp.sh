#!/bin/bash
# convict-format-with-moment: no Unix timestamp can be given to a setting of the format `timestamp` from outside.
#
# Versions: convict 6.2.5, convict-format-with-moment 6.2.0, moment 2.31.0, Node 20 or newer.
# Guess: `timestamp` takes what its own default may be, milliseconds since 1970 ("must be a positive integer"), and
# texts that moment reads, from the environment and from arguments as well, as `duration` does.
# Seen: 1700000000000 is good as a default and in a file. From the environment the same number is refused as no positive
# integer: it arrives as text, and text is read as a date, also where it is of digits alone. So `2020` is that year, and
# `5` is a day in May of 2001.
#
# Needs node and npm. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"
npm install --silent --no-audit --no-fund --prefix "$DIR" convict@6.2.5 convict-format-with-moment@6.2.0 moment@2.31.0

cat >read.cjs <<'END'
const convict = require('convict');
convict.addFormats(require('convict-format-with-moment'));

function read(env, file) {
  try {
    const schema = { since: { format: 'timestamp', default: 1, env: 'SINCE' } };
    const config = convict(schema, { env, args: [] }).load(file);
    return new Date(config.validate({ allowed: 'strict' }).get('since')).toISOString().slice(0, 10);
  } catch {
    return 'refused';
  }
}

console.log(`a file, as a number: ${read({}, { since: 1700000000000 })}`);
for (const text of ['2023-11-14', '1700000000000', '1700000000', '2020', '5'])
  console.log(`the environment, ${text}: ${read({ SINCE: text }, {})}`);
END
TZ=UTC node read.cjs 2>/dev/null | tee seen
diff - seen <<'END'
a file, as a number: 2023-11-14
the environment, 2023-11-14: 2023-11-14
the environment, 1700000000000: refused
the environment, 1700000000: refused
the environment, 2020: 2020-01-01
the environment, 5: 2001-05-01
END
