import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runPieces } from '../parts/deploy-pieces.ts';
import { fileOf } from '../parts/file-of.ts';

const SHOW = `read_redis_url
printf '%s\\n' "$AUTODOCK_FRONT_REDIS" "$FRONT_REDIS_USERNAME" "$REDIS_PASSWORD" "$FRONT_REDIS_DB" "$AUTODOCK_REDIS_REPLICAS"`;
/** Nobody has a secret yet; what is made is told. */
const NO_SECRETS = `has_secret() { false; }
make_secret() { printf '%s=%s\\n' "$1" "$2"; }`;

describe('a stack whose Redis is elsewhere', () => {
  test.for([
    ['redis://:secret@10.0.0.1', ['10.0.0.1:6379', '', 'secret', '0']],
    ['redis://front:secret@redis.local:6400/3', ['redis.local:6400', 'front', 'secret', '3']],
    ['redis://:a%40b%5Cc@10.0.0.1', ['10.0.0.1:6379', '', 'a@b\\c', '0']],
    ['redis://:secret@[fd00::1]:6379', ['[fd00::1]:6379', '', 'secret', '0']],
    ['rediss://:secret@redis.local', ['rediss://redis.local:6379', '', 'secret', '0']],
    [
      'redis+sentinel://:secret@10.0.0.1:26379,10.0.0.2,[fd00::3]:26379/main',
      ['redis+sentinel://10.0.0.1:26379,10.0.0.2,[fd00::3]:26379/main', '', 'secret', '0'],
    ],
    [
      'rediss+sentinel://front:secret@one.local:26379/main/2',
      ['rediss+sentinel://one.local:26379/main', 'front', 'secret', '2'],
    ],
  ] as const)('is entered by the fronts in pieces of %s', ([url, pieces]) => {
    const { stdout, stderr } = runPieces(SHOW, { AUTODOCK_REDIS_URL: url });

    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([...pieces, '0', '']);
  });

  test.for([
    'redis://10.0.0.1:6379',
    'unix:///run/redis.sock',
    'redis://:secret@10.0.0.1:6379/zero',
    'redis://:secret@10.0.0.1,10.0.0.2:6379',
    'redis+sentinel://:secret@10.0.0.1:26379',
  ])('cannot be entered by %s, and how to write it is told', (url) => {
    const { code, stderr } = runPieces(SHOW, { AUTODOCK_REDIS_URL: url });

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /AUTODOCK_REDIS_URL is not one that all nodes can use\n {2}Write redis:\/\/:PASSWORD@HOST:6379/,
    );
  });

  test('has its certificates as secrets, called after what is in them, for fronts and controllers', async () => {
    const text = randomBytes(8).toString('hex');
    const { stdout, stderr } = runPieces(
      `${NO_SECRETS}\nread_redis_url; mkdir -p .cache/deploy; use_redis_certificates; cat "$REDIS_TLS_FILE"`,
      {
        AUTODOCK_REDIS_URL: 'rediss://:secret@redis.local',
        AUTODOCK_REDIS_TLS_CA: await fileOf(text),
      },
    );

    expect(stderr).toBe('');
    const [made = '', ...file] = stdout.split('\n');
    const [, secret = ''] = /^(autodock_redis_ca_[0-9a-f]{12})=(?<text>.*)$/.exec(made) ?? [];
    expect(made).toBe(`${secret}=${text}`);
    const where = '/run/secrets/autodock_redis_ca';
    const secrets = [{ source: secret, target: 'autodock_redis_ca' }];
    expect(parse(file.join('\n'))).toEqual({
      version: '3.9',
      services: {
        hipache: { environment: { FRONT_REDIS_TLS_CA: where }, secrets },
        autodock: { environment: { AUTODOCK_REDIS_TLS_CA: where }, secrets },
      },
      secrets: { [secret]: { external: true } },
    });
  });

  test.for([
    ['redis://:secret@redis.local', '/etc/hostname', /is set, and Redis is entered without TLS/],
    ['rediss://:secret@redis.local', '/nowhere.pem', /: the file \/nowhere\.pem cannot be read/],
  ] as const)('is not entered by %s with the CA %s', ([url, file, words]) => {
    const { code, stderr } = runPieces(`${NO_SECRETS}\nread_redis_url; use_redis_certificates`, {
      AUTODOCK_REDIS_URL: url,
      AUTODOCK_REDIS_TLS_CA: file,
    });

    expect(code).toBe(1);
    expect(stderr).toMatch(words);
  });

  test.for([
    [
      'of a stack that runs is not taken from it',
      '0',
      'old:6379',
      /^1 deploy\/.*: this stack's Redis is old:6379, and not new:6379/,
    ],
    ['of a stack that runs stays', '0', 'new:6379', /^0 $/],
    [
      'of a stack that never came up gives way',
      '1',
      'old:6379',
      /^0 made autodock_redis_password made autodock_redis_url/,
    ],
    [
      'of a stack that is gone may have another password',
      '1',
      'new:6379',
      /^0 made autodock_redis_password made/,
    ],
  ] as const)('%s', ([, inspected, label, words]) => {
    const { code, stdout, stderr } = runPieces(
      `PROJECT=autodock DOCKER=client LOG=/dev/null
client() { [ "$1" != service ] || return "$INSPECTED"; }
has_secret() { true; }
secret_label() { echo "$LABEL"; }
make_secret() { printf 'made %s ' "$1"; }
read_redis_url; check_same_redis; use_redis`,
      { AUTODOCK_REDIS_URL: 'redis://:secret@new', INSPECTED: inspected, LABEL: label },
    );

    expect(`${code} ${stdout}${stderr}`).toMatch(words);
  });

  test.for([
    [
      'another Redis than before',
      'new:6379 n1',
      /this stack's Redis is new:6379, and not redis:6379/,
    ],
    ['two nodes with its volume', 'redis:6379 n1 true\\nn2', /several nodes have the label/],
  ] as const)('is left as it is, and so is the swarm, by one with %s', async ([, said, words]) => {
    const client = `#!/bin/bash
echo "$*" >>"$CALLS"
case "$*" in
  'secret inspect'*) echo "\${SAID%% *}" ;;
  'node inspect'*autodock.redis*) printf '%b true\\n' "\${SAID#* }" ;;
  'info'*) echo active ;;
esac
`;
    const calls = await fileOf('');
    const { code, stderr } = runPieces(
      `PROJECT=autodock DOCKER=$CLIENT LOG=/dev/null
check_manager() { :; }
use_images() { :; }
swarm_up`,
      { SAID: said, CALLS: calls, CLIENT: await fileOf(client, 0o755) },
    );

    expect(code).toBe(1);
    expect(stderr).toMatch(words);
    expect(await readFile(calls, 'utf8')).not.toMatch(/\b(?:create|update|rm|deploy)\b/);
  });

  test.for([
    ['redis://:secret@redis.local', 'stack.yaml stack.outside.yaml'],
    ['', 'stack.yaml'],
  ] as const)('at %s is where controllers get to by the files %s', ([url, files]) => {
    const { stdout, stderr } = runPieces(
      `PROJECT=autodock DOCKER=client
certificates() { return 1; }
client() { echo "$*"; }
during() { shift 2; "$@"; }
deploy_stack`,
      { AUTODOCK_REDIS_URL: url },
    );

    expect(stderr).toBe('');
    const named = [...stdout.matchAll(/-c \S*\/deploy\/(\S+)/g)].map(([, file]) => file);
    expect(named.join(' ')).toBe(files);
  });

  const ENTERS = `PROJECT=autodock DOCKER=client REDIS_SHOWN=redis.local:6379
client() {
  case "$1" in
    ps) echo "$CONTROLLER" ;;
    exec) echo "$SAID" >&2; return "$ENDED" ;;
  esac
}
sleep() { :; }
check_outer_redis; echo enters`;
  const SAID = 'autodock: Redis at redis://***@redis.local cannot be reached';

  test.for([
    ['does not enter', 'redis://:secret@redis.local', 'c1', '1', 1],
    ['enters', 'redis://:secret@redis.local', 'c1', '0', 0],
    ['does not enter, as this node has none', 'redis://:secret@redis.local', '', '1', 0],
    ['does not enter, and it is the own one of the stack', '', 'c1', '1', 0],
  ] as const)('that a controller %s is told', ([, url, controller, ended, code]) => {
    const outcome = runPieces(ENTERS, {
      ...{ AUTODOCK_REDIS_URL: url, CONTROLLER: controller, ENDED: ended, SAID },
    });

    const told = `(redis.local:6379): ${SAID}\n  Nothing is routed until`;
    expect(outcome).toMatchObject(
      code === 0
        ? { code, stdout: 'enters\n' }
        : { code, stdout: '', stderr: expect.stringContaining(told) },
    );
  });
});
