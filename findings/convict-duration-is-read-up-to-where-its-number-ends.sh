#!/bin/bash
# convict-format-with-moment: `1.5 hours` is one hour, `1 hour 30 minutes` is one hour, and `5m` is five milliseconds.
#
# Versions: convict 6.2.5, convict-format-with-moment 6.2.0, moment 2.31.0, Node 20 or newer.
# Guess: a setting of the format `duration` is milliseconds, or what its message asks for, a "human readable string
# (e.g. 3000, "5 days")", with a fraction as well, as moment.duration(1.5, 'hours') takes one; what cannot be read as
# a whole is refused by validate(), as `five minutes` is.
# Seen: only a whole number, one space and the first letters of a unit are looked at. The fraction, everything behind
# the unit, and a unit that is not behind exactly one space are left out, and validate() finds a good number: three of
# these are other times than were asked for, and a unit that moment does not know is none at all.
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

function read(text) {
  try {
    const schema = { pause: { format: 'duration', default: 1, env: 'PAUSE' } };
    const config = convict(schema, { env: { PAUSE: text }, args: [] });
    return config.validate({ allowed: 'strict' }).get('pause');
  } catch {
    return 'refused';
  }
}

const texts = ['90 minutes', '1.5 hours', '1 hour 30 minutes', '5m', '5 fortnights', 'five minutes'];
for (const text of texts) console.log(`${text}: ${read(text)}`);
END
node read.cjs | tee seen
diff - seen <<'END'
90 minutes: 5400000
1.5 hours: 3600000
1 hour 30 minutes: 3600000
5m: 5
5 fortnights: 0
five minutes: refused
END
