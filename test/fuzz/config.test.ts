import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settings } from '../../src/config/settings.ts';
import { ConfigError } from '../../src/errors.ts';
import { anyJson, anyText, runs } from '../parts/arbitraries.ts';
import { loadFrom } from '../unit/config/load-from.ts';

const SECRET = 'hunter2-is-not-shown';
const FILE = '/autodock.yaml';

const keys = fc.constantFrom(...settings.map(({ key }) => key));
const value = fc.oneof(
  anyText,
  fc.constantFrom('0', '-1', '1e9', '99999999999', 'true', '10s', '10', '127.0.0.1', '::1', ''),
  fc.webUrl(),
  fc.constantFrom('redis://u:p@h', 'unix:///x', 'tcp://:1', 'rediss://[::1]:0/99', 'http://a:b:c'),
);
const name = fc.oneof(
  fc.constantFrom(...settings.map(({ env }) => env)),
  fc.constantFrom('DOCKER_HOST', 'REDIS_URL', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH'),
  anyText.map((text) => `AUTODOCK_${text}`),
);
const yaml = fc.oneof(
  anyText,
  anyJson.map((json) => JSON.stringify(json)),
  fc
    .array(fc.tuple(fc.oneof(keys, anyText), value))
    .map((lines) => lines.map(([key, text]) => `${key}: ${text}`).join('\n')),
  fc
    .array(
      fc.constantFrom('&a', '*a', '{', '}', '[', ']', ':', '- ', '|', '\n', '  ', '!!x', '"', '%'),
    )
    .map((parts) => parts.join(' ')),
);

function load(given: Parameters<typeof loadFrom>[0]): string {
  try {
    const { describe, warnings } = loadFrom(given);
    return JSON.stringify([describe(), warnings]);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return String(error);
  }
}

test('any environment, flags and file are a configuration or one error, and never show a secret', () => {
  const given = fc.record({
    env: fc.dictionary(name, value),
    flags: fc.dictionary(
      fc.oneof(fc.constantFrom(...settings.map(({ flag }) => flag)), anyText),
      value,
    ),
    file: yaml,
  });
  fc.assert(
    fc.property(given, ({ env, flags, file }) => {
      const said = load({
        env: { ...env, AUTODOCK_BUS_SECRET: SECRET, AUTODOCK_REDIS_URL: `redis://u:${SECRET}@h:x` },
        flags: { ...flags, '--config': FILE },
        files: { [FILE]: file },
      });
      expect(said).not.toContain(SECRET);
    }),
    runs(200),
  );
});

test('a file that grows when it is read does not', () => {
  const names = Array.from({ length: 30 }, (_, n) => `a${n}`);
  const lines = names.map((anchor, n) => {
    const before = n === 0 ? '"x"' : `*a${n - 1}, *a${n - 1}, *a${n - 1}, *a${n - 1}`;
    return `${anchor}: &${anchor} [${before}]`;
  });

  expect(load({ flags: { '--config': FILE }, files: { [FILE]: lines.join('\n') } })).toContain(
    'cannot be read',
  );
});
