#!/bin/bash
# convict: a Boolean is true for `0`, `no`, `off`, the empty text and for anything else that is not `false`.
#
# Version: convict 6.2.5, Node 20 or newer.
# Guess: from the environment and from arguments `true` and `false` are taken, `0` and `1` perhaps; what is neither is
# refused by validate(), as it is for an integer and for one of a list.
# Seen: every text but `false`, in whatever case, is true, and validate() finds nothing: what was turned off by
# `TLS_SKIP=0`, `=no`, `=off` or by an empty variable is turned on, and so it is by ` false` with a space. A text in a file
# is read in the same way; only what is no text there, such as the number 0, is refused.
#
# Needs node and npm. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"
npm install --silent --no-audit --no-fund --prefix "$DIR" convict@6.2.5

cat >settings.cjs <<'END'
const convict = require('convict');

const schema = { skip: { format: Boolean, default: false, env: 'SKIP', arg: 'skip' } };
const outcome = (make) => {
  try {
    return make().validate({ allowed: 'strict' }).get('skip');
  } catch (error) {
    return error.message.split('\n')[0];
  }
};
const fromEnv = (SKIP) => outcome(() => convict(schema, { env: { SKIP }, args: [] }));
const fromArgument = (text) => outcome(() => convict(schema, { env: {}, args: ['--skip', text] }));
const fromFile = (skip) => outcome(() => convict(schema, { env: {}, args: [] }).load({ skip }));

for (const text of ['false', 'FALSE', '0', 'no', 'off', '', ' false', 'nonsense']) {
  console.log(`'${text}': SKIP ${fromEnv(text)}, --skip ${fromArgument(text)}, in a file: ${fromFile(text)}`);
}
console.log(`the number 0, in a file: ${fromFile(0)}`);
END
node settings.cjs | tee seen
diff - seen <<'END'
'false': SKIP false, --skip false, in a file: false
'FALSE': SKIP false, --skip false, in a file: false
'0': SKIP true, --skip true, in a file: true
'no': SKIP true, --skip true, in a file: true
'off': SKIP true, --skip true, in a file: true
'': SKIP true, --skip true, in a file: true
' false': SKIP true, --skip true, in a file: true
'nonsense': SKIP true, --skip true, in a file: true
the number 0, in a file: skip: must be of type Boolean
END
