/** Text that has broken outputs before: each would do something to a terminal, a log, a page or a key. */
export const HOSTILE: readonly string[] = [
  'line\nbreak',
  'carriage\rreturn\r\n',
  'tab\there',
  'nul\0byte',
  'escape\u001b[31;1mred',
  'title\u001b]0;owned\u0007',
  'c1\u009b31m',
  'delete\u007f',
  'bidi\u202eevil\u2066',
  'separator\u2028here\u2029',
  'zero\u200bwidth\u200d\ufeff',
  'lone\ud800surrogate',
  'tag\u{e0041}s',
  '<script>alert(1)</script>',
  `quote"'\``,
  '{"level":60,"msg":"forged"}',
  `$\{jndi:ldap://x}`,
  '$(touch /tmp/owned)',
  '%0d%0aSet-Cookie:x',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'x'.repeat(10_000),
  '\u001b'.repeat(10_000),
  '💩'.repeat(5_000),
  ',/'.repeat(5_000),
];

/** What must never get out: controls, line separators, bidi controls, zero-width, lone surrogates. */
export const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
