import { describe, expect, test } from 'vitest';
import { loadFrom, problemsFrom } from './load-from.ts';

const TLS = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
const PEM_FILES = { '/certs/ca.pem': '', '/certs/cert.pem': '', '/certs/key.pem': '' };

describe('the sources', () => {
  test('give way: default, file, environment, flag', () => {
    const files = { '/c.yaml': 'hold: 1s\nowner: file\nhttp: { port: 1 }' };
    const env = { AUTODOCK_OWNER: 'env', AUTODOCK_HTTP_PORT: '2' };
    const flags = { '--config': '/c.yaml', '--http-port': '3' };
    const { config } = loadFrom({ files, env, flags });
    expect(config).toMatchObject({ holdMs: 1_000, owner: 'env', policy: 'sync' });
    expect(config.http.port).toBe(3);
  });

  test('do not have the value that gave way checked', () => {
    const { config } = loadFrom({ env: { AUTODOCK_HOLD: 'x' }, flags: { '--hold': '1s' } });
    expect(config.holdMs).toBe(1_000);
  });

  test('are told for every setting, secrets masked', () => {
    const env = {
      REDIS_URL: 'redis://me:topsecret@h',
      AUTODOCK_BUS_SECRET_FILE: '/s',
    };
    const described = loadFrom({
      env,
      files: { '/s': 'topsecret\n' },
      flags: { '--hold': '1s' },
    }).describe();
    expect(described).toHaveLength(40);
    expect(described).toContainEqual({ key: 'hold', value: '1s', origin: 'flag --hold' });
    expect(described).toContainEqual({ key: 'policy', value: 'sync', origin: 'default' });
    expect(described).toContainEqual({
      key: 'redis.url',
      value: 'redis://***@h',
      origin: 'environment REDIS_URL',
    });
    expect(JSON.stringify(described)).not.toContain('topsecret');
  });
});

describe('the configuration', () => {
  test('is frozen at every depth', () => {
    const { config } = loadFrom({ env: { AUTODOCK_NETWORKS: 'a' } });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.docker)).toBe(true);
    expect(Object.isFrozen(config.networks)).toBe(true);
  });

  test('does not change the defaults of the next one', () => {
    loadFrom({ env: { AUTODOCK_NETWORKS: 'a', AUTODOCK_HOLD: '1s' } });
    expect(loadFrom({}).config).toMatchObject({ networks: [], holdMs: 10_000 });
  });

  test.each([
    [true, 'pretty'],
    [false, 'json'],
  ])('has the log pretty on a terminal alone (%s)', (terminal, format) => {
    expect(loadFrom({ terminal }).config.log.format).toBe(format);
  });
});

describe('a lease', () => {
  test('is no shorter than three commands to Redis may take, as its sign of life must come through', () => {
    const env = { AUTODOCK_LEASE: '29999ms', AUTODOCK_REDIS_TIMEOUT: '10s' };
    expect(problemsFrom({ env })).toBe(
      'configuration: lease = 29999ms is below three times redis.timeout = 10s, within which its sign of life must ' +
        'come through; set AUTODOCK_LEASE=30s or more, or a shorter AUTODOCK_REDIS_TIMEOUT',
    );
    expect(loadFrom({ env: { ...env, AUTODOCK_LEASE: '30s' } }).config.leaseMs).toBe(30_000);
  });
});

describe('variables', () => {
  test('of other tools count where ours are not set', () => {
    const env = { DOCKER_HOST: 'tcp://other:1', REDIS_URL: 'redis://other' };
    expect(loadFrom({ env }).config).toMatchObject({
      docker: { host: 'tcp://other:1' },
      redis: { url: 'redis://other' },
    });
    const ours = { AUTODOCK_DOCKER_HOST: 'tcp://ours:1', AUTODOCK_REDIS_URL: 'redis://ours' };
    expect(loadFrom({ env: { ...env, ...ours } }).config).toMatchObject({
      docker: { host: 'tcp://ours:1' },
      redis: { url: 'redis://ours' },
    });
  });

  test('may name a file that holds the value, whatever an editor put around it', () => {
    const env = { AUTODOCK_REDIS_URL_FILE: '/r', AUTODOCK_BUS_SECRET_FILE: '/s' };
    const files = { '/r': '\uFEFFredis://:p@h\r\n', '/s': ' s \t\n\n' };
    const { config } = loadFrom({ env, files });
    expect(config.redis.url).toBe('redis://:p@h');
    expect(config.bus.secret).toBe(' s');
  });

  test.each(['', '\n', ' \n', '\uFEFF'])('that name an empty file end the start (%j)', (text) => {
    const env = { AUTODOCK_REDIS_URL_FILE: '/r' };
    expect(problemsFrom({ env, files: { '/r': text } })).toContain(
      'AUTODOCK_REDIS_URL_FILE: the file /r is empty: write the value into it, or unset the variable',
    );
  });

  test('that name a file come before those of other tools', () => {
    const env = { AUTODOCK_REDIS_URL_FILE: '/r', REDIS_URL: 'redis://other' };
    expect(loadFrom({ env, files: { '/r': 'redis://ours' } }).config.redis.url).toBe(
      'redis://ours',
    );
  });

  test('and their files may not both be set', () => {
    const env = { AUTODOCK_BUS_SECRET: 'a', AUTODOCK_BUS_SECRET_FILE: '/s' };
    expect(problemsFrom({ env })).toContain(
      'AUTODOCK_BUS_SECRET and AUTODOCK_BUS_SECRET_FILE are both set: remove one',
    );
  });

  test('that name a file which cannot be read end the start', () => {
    expect(problemsFrom({ env: { AUTODOCK_BUS_SECRET_FILE: '/s' } })).toContain(
      'AUTODOCK_BUS_SECRET_FILE: the file /s cannot be read: ENOENT',
    );
  });

  test('that nobody knows are a warning with the nearest name', () => {
    const { warnings } = loadFrom({ env: { AUTODOCK_REDIS_URI: 'redis://secret@h', OTHER: '1' } });
    expect(warnings).toEqual([
      'AUTODOCK_REDIS_URI is not a setting and is ignored; the nearest is AUTODOCK_REDIS_URL',
    ]);
  });
});

describe('TLS to Redis', () => {
  const env = { AUTODOCK_REDIS_URL: 'rediss://h', AUTODOCK_REDIS_TLS_CA: '/ca' };
  const pair = { AUTODOCK_REDIS_TLS_CERT: '/cert', AUTODOCK_REDIS_TLS_KEY: '/key' };
  const files = { '/ca': 'a', '/cert': 'c', '/key': 'k' };

  test('takes the files that are named', () => {
    expect(loadFrom({ env, files }).config.redis.tls).toEqual({ ca: '/ca', cert: null, key: null });
    expect(loadFrom({ env: { ...env, ...pair }, files }).config.redis.tls).toEqual({
      ...{ ca: '/ca', cert: '/cert', key: '/key' },
    });
    expect(loadFrom({ env: { AUTODOCK_REDIS_URL: 'rediss://h' } }).config.redis.tls).toBeNull();
  });

  test.each([
    ['a file that cannot be read', env, 'redis.tls.ca: /ca cannot be read: ENOENT'],
    [
      'a scheme without TLS',
      { ...env, AUTODOCK_REDIS_URL: 'redis://h' },
      'redis.tls.ca is set, and redis.url is not a rediss:// URL',
    ],
    [
      'half of a pair',
      { ...env, AUTODOCK_REDIS_TLS_KEY: '/key' },
      'redis.tls.cert and redis.tls.key belong together',
    ],
  ])('ends the start with %s', (_what, given, problem) => {
    expect(problemsFrom({ env: given })).toContain(problem);
  });
});

describe('TLS to Docker', () => {
  test('is taken as the client of Docker takes it', () => {
    const env = { ...TLS, DOCKER_HOST: 'tcp://h:2376' };
    expect(loadFrom({ env, files: PEM_FILES }).config.docker.tls).toEqual({
      ca: '/certs/ca.pem',
      cert: '/certs/cert.pem',
      key: '/certs/key.pem',
    });
  });

  test.each([
    ['a socket is used', { ...TLS }],
    ['it is not asked for', { DOCKER_CERT_PATH: '/certs', DOCKER_HOST: 'tcp://h:1' }],
    ['the variable is empty', { ...TLS, DOCKER_TLS_VERIFY: '', DOCKER_HOST: 'tcp://h:1' }],
  ])('is off when %s', (_case, env) => {
    expect(loadFrom({ env }).config.docker.tls).toBeNull();
  });

  test('looks in the home directory without a path', () => {
    const env = { DOCKER_TLS_VERIFY: '1', HOME: '/home/me', DOCKER_HOST: 'tcp://h' };
    expect(problemsFrom({ env })).toContain('/home/me/.docker/ca.pem cannot be read');
  });

  test('names every file that cannot be read', () => {
    const env = { ...TLS, DOCKER_HOST: 'https://h' };
    const message = problemsFrom({ env, files: { '/certs/ca.pem': '' } });
    expect(message).toContain('/certs/cert.pem cannot be read');
    expect(message).toContain('/certs/key.pem cannot be read');
    expect(message).not.toContain('ca.pem');
  });

  test('is never dropped in silence for http://', () => {
    const env = { ...TLS, DOCKER_HOST: 'http://h' };
    expect(problemsFrom({ env, files: PEM_FILES })).toContain('write tcp:// or https://');
  });
});

describe('one message', () => {
  test('names all that is wrong, with value, origin and remedy', () => {
    const message = problemsFrom({
      files: { '/c.yaml': 'guard:\n  minDeletes: many\ncolour: red' },
      env: { AUTODOCK_POLICY: 'snyc', AUTODOCK_OWNER_FILE: '/gone' },
      flags: { '--config': '/c.yaml', '--http-port': '80x', '--http-prot': '' },
    });
    expect(message).toContain('guard.minDeletes = "many" (file /c.yaml) must be a whole number');
    expect(message).toContain('unknown key colour in file /c.yaml');
    expect(message).toContain('policy = "snyc" (environment AUTODOCK_POLICY) must be one of');
    expect(message).toContain('AUTODOCK_OWNER_FILE: the file /gone cannot be read');
    expect(message).toContain('http.port = "80x" (flag --http-port) must be a whole number');
    expect(message).toContain('unknown flag --http-prot (did you mean --http-port?)');
  });

  test('knows the flags of the command', () => {
    expect(problemsFrom({ flags: { '--jsn': '' } })).toContain('(did you mean --json?)');
  });

  test.each([
    ['AUTODOCK_REDIS_URL', 'redis://me:topsecret@host:port'],
    ['AUTODOCK_REDIS_URL', 'redis://me:top@secret/topsecret@host:port'],
    ['AUTODOCK_REDIS_URL', 'me:topsecret@host'],
    ['AUTODOCK_REDIS_URL', ' redis://:topsecret@host'],
    ['AUTODOCK_REDIS_URL', 'redis://host?password=topsecret'],
    ['AUTODOCK_BUS_SECRET', 'topsecret\u0007'],
    ['AUTODOCK_DOCKER_HOST', 'http://me:topsecret@host'],
    ['AUTODOCK_HTTP_PORT', 'redis://me:topsecret@host'],
  ])('never holds a secret (%s=%j)', (name, text) => {
    const message = problemsFrom({ env: { [name]: text } });
    expect(message).toContain('***');
    expect(message).not.toContain('topsecret');
  });

  test('does not show what a file of secrets holds', () => {
    const env = { AUTODOCK_HTTP_PORT_FILE: '/etc/shadow' };
    const message = problemsFrom({ env, files: { '/etc/shadow': 'root:hash' } });
    expect(message).toContain(
      'http.port = "***" (environment AUTODOCK_HTTP_PORT_FILE, /etc/shadow)',
    );
  });

  test('shows 80 characters of a value, control characters escaped', () => {
    const message = problemsFrom({ env: { AUTODOCK_POLICY: `\u001b[31m${'x'.repeat(10_000)}` } });
    expect(message).toContain('"\\u001b[31mxxx');
    expect(message.length).toBeLessThan(300);
  });
});
