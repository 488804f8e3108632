import { expect, test } from 'vitest';
import { describeFailure, readError, writeError } from '../../../src/clients/redis-failure.ts';

const PEER = { address: 'redis://***@db:6379', user: 'robot', keyPrefix: 'p:' };

test.each([
  ['Command timed out', 'redis-timeout', 'does not answer'],
  ['connect ETIMEDOUT', 'redis-timeout', 'does not answer'],
  ['connect ECONNREFUSED 127.0.0.1:6379', 'redis-unreachable', 'ECONNREFUSED'],
  [
    "ERR unknown command 'AUTH', with args beginning with: 'robot' 'secret' ",
    'redis-refused',
    "refuses: ERR unknown command 'AUTH'",
  ],
  ['certificate has expired', 'redis-unreachable', 'a certificate that is over'],
  [
    'error:0A000415:SSL routines:ssl3_read_bytes:sslv3 alert certificate expired',
    'redis-refused',
    'renew that in redis.tls.cert (AUTODOCK_REDIS_TLS_CERT)',
  ],
  [
    'error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca',
    'redis-refused',
    'wants a client certificate that its CA signed',
  ],
  [
    'NOREPLICAS Not enough good replicas to write.',
    'redis-refused',
    'bring them back, or lower its min-replicas-to-write',
  ],
  ['getaddrinfo ENOTFOUND db', 'redis-unreachable', 'ENOTFOUND'],
  [
    "NOPERM this user has no permissions to run the 'eval' command",
    'redis-refused',
    'does not grant user robot the command eval (+eval)',
  ],
  [
    "NOPERM User robot has no permissions to run the 'client|setname' command",
    'redis-refused',
    '(+client|setname)',
  ],
  [
    'NOPERM this user has no permissions to access one of the keys used as arguments',
    'redis-refused',
    '~p:frontend:* ~p:dead:* ~p:autodock:*',
  ],
  [
    "ERR The user executing the script can't run this command or subcommand script: b8471e8a, on @user_script:32.",
    'redis-refused',
    "does not grant user robot a command that autodock's scripts use",
  ],
  [
    "ERR The user executing the script can't access at least one of the keys mentioned in the command arguments script: b8471e8a",
    'redis-refused',
    'does not grant user robot keys (~p:frontend:*',
  ],
  [
    "NOPERM ACL failure in script: User robot has no permissions to run the 'zadd' command script: b8471e8a",
    'redis-refused',
    'does not grant user robot the command zadd (+zadd)',
  ],
  [
    "ERR ACL failure in script: User robot has no permissions to run the 'zadd' command script: b8471e8a, on @user_script:1.",
    'redis-refused',
    'does not grant user robot the command zadd (+zadd)',
  ],
  [
    'ERR ACL failure in script: No permissions to access a key script: b8471e8a, on @user_script:1.',
    'redis-refused',
    'does not grant user robot keys (~p:frontend:*',
  ],
  ['NOAUTH Authentication required.', 'redis-refused', 'wants a password'],
  [
    'WRONGPASS invalid username-password pair or user is disabled.',
    'redis-refused',
    'of user robot',
  ],
  [
    "READONLY You can't write against a read only replica.",
    'redis-refused',
    'is a read-only replica',
  ],
  ['LOADING Redis is loading the dataset in memory', 'redis-unreachable', 'still loading'],
  ['MISCONF Redis is configured to save RDB snapshots', 'redis-refused', 'cannot save'],
  ['MOVED 5798 10.0.0.1:7001', 'redis-cluster', 'is a Redis Cluster'],
  ['cluster_enabled', 'redis-cluster', 'is a Redis Cluster'],
  ["ERR unknown command 'foo'", 'redis-refused', "refuses: ERR unknown command 'foo'"],
])('%s is %s', (text, code, words) => {
  const failure = describeFailure(new Error(text), PEER);

  expect(failure.code).toBe(code);
  expect(failure.message).toContain(words);
  expect(failure.message).toContain(PEER.address);
});

test('the arguments of a failed command, such as a password, do not go along', () => {
  const thrown = Object.assign(new Error('WRONGPASS'), {
    command: { name: 'auth', args: ['robot', 'secret'] },
  });
  const error = readError(thrown, PEER);

  expect(JSON.stringify([error, error.cause, { ...(error.cause as object) }])).not.toContain(
    'secret',
  );
});

test('a failed write says what is known of its outcome', () => {
  const { message } = writeError(new Error('Command timed out'), PEER, 'the outcome is unknown');

  expect(message).toMatch(/does not answer.*; the outcome is unknown$/);
});

test.each([
  ['redis://db:6379', 'write rediss:// into AUTODOCK_REDIS_URL'],
  ['rediss://db:6380', 'if it wants a client certificate: is that in redis.tls.cert'],
])('who hangs up at once is told of by what it may want of %s', (address, remedy) => {
  const { code, message } = describeFailure(new Error('write ECONNRESET'), { ...PEER, address });

  expect(code).toBe('redis-unreachable');
  expect(message).toContain(remedy);
});
