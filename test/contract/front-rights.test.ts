import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { refusedUrl, startClosingBackend, startStatusBackend } from '../parts/backend.ts';
import { selfSigned } from '../parts/certificate.ts';
import { freePort } from '../parts/free-port.ts';
import { request, startFront } from '../parts/front.ts';
import { own, useFront } from '../parts/front-fixture.ts';
import { handshake } from '../parts/tls-client.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({ backends: 1 });

/** Those that the documentation lists, with a prefix. */
function documentedRights(): readonly string[] {
  const text = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const [, rights] = /^ACL SETUSER (front .*)$/m.exec(text) ?? [];
  if (rights === undefined) throw new Error('docs/configuration.md lists no rights of the front');
  return rights
    .replaceAll(/~(?!hchecker_ping)/g, '~p:')
    .replace('&autodock', '&p:autodock')
    .split(' ');
}

test('a user with exactly the rights that are documented can do all that the front does', async () => {
  const { client } = rig.redis;
  await client.call('ACL', 'SETUSER', ...documentedRights());
  const pair = await selfSigned('a.com');
  await client.hset('p:tls:a.com', { certificate: pair.certificate, key: pair.key });
  await client.rpush('p:frontend:a.com', 'a.com', rig.url(1), await refusedUrl());
  const failing = await own(startStatusBackend(502));
  await client.rpush('p:frontend:b.com', 'b.com', failing.url, rig.url(1));
  const closing = await own(startClosingBackend());
  await client.rpush('p:frontend:c.com', 'c.com', closing.url);
  await client.hset('p:autodock:options:a.com', 'one', '{"verify":"off","since":{"verify":1}}');
  await client.set('p:autodock:engine:this-host', JSON.stringify({ written: 'another-boot' }));
  await client.hset('p:autodock:owner:this-host', 'd.com', JSON.stringify({ [rig.url(1)]: [] }));
  const tlsPort = await freePort();
  const front = await startFront({
    redisSocket: rig.redis.socket,
    env: {
      FRONT_HTTPS_PORT: String(tlsPort),
      FRONT_OWNER: 'this-host',
      FRONT_REDIS_DB: '0',
      FRONT_REDIS_PASSWORD: 'secret',
      FRONT_REDIS_PREFIX: 'p:',
      FRONT_REDIS_USERNAME: 'front',
      FRONT_SWARM: 'on',
    },
  });
  onTestFinished(() => front.stop());

  await waitFor('the front to know all that it can', async () => {
    const { tracking, hosts_known, redis } = await front.status();
    expect({ tracking, hosts_known, role: redis.role }).toEqual({
      tracking: true,
      hosts_known: true,
      role: 'master',
    });
  });
  await waitFor('marks by failures and by answers', async () => {
    for (const host of ['a.com', 'b.com']) await request(front.port, host);
    expect(await client.smembers('p:dead:a.com')).toEqual(['1']);
    expect(await client.smembers('p:dead:b.com')).toEqual(['0']);
  });
  await waitFor('a failure to be kept', async () => {
    await request(front.port, 'c.com');
    expect(await client.llen('p:autodock:failures:c.com')).toBeGreaterThan(0);
  });
  await client.sadd('p:dead:a.com', '0');
  await waitFor('a mark to go', async () => {
    await request(front.port, 'a.com');
    expect(await client.smembers('p:dead:a.com')).not.toContain('0');
  });
  const asked = async () =>
    (await request(front.statusPort, 'localhost', '/ask?domain=a.com')).status;
  expect(await asked()).toBe(200);
  await client.del('p:frontend:a.com');
  await waitFor('what was granted', async () => expect(await asked()).toBe(200));
  expect(await client.zcard('p:autodock:granted')).toBe(1);
  expect((await handshake(tlsPort, 'a.com')).name).toBe('a.com');
  await waitFor('the owners to be asked for', async () =>
    expect(await client.info('commandstats')).toContain('cmdstat_zrange'),
  );
  expect(await client.acl('LOG')).toEqual([]);
});
