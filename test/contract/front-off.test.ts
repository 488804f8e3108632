import { expect, test } from 'vitest';
import { request } from '../parts/front.ts';
import { useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const OFF = 'autodock:off';

for (const cache of ['on', 'off']) {
  const rig = useFront({ backends: 1, env: { FRONT_CACHE: cache, FRONT_WORKERS: '2' } });
  const ask = (host: string, path = '/') => request(rig.front.port, host, path);
  /** Both workers have heard it: of so many requests in a row each had some. */
  const isAnswered = (host: string, status: number) =>
    waitFor(`${host} to be ${status}`, async () => {
      for (let n = 0; n < 20; n += 1) expect((await ask(host)).status).toBe(status);
    });
  const isOff = (host: string) => isAnswered(host, 503);
  const isOn = (host: string) => isAnswered(host, 200);

  test(`a host that is off is answered with its text alone, and is back when it is on (FRONT_CACHE=${cache})`, async () => {
    await rig.route('shop.test', rig.url(1));
    await rig.route('other.test', rig.url(1));
    await isOn('shop.test');
    const text = 'Back at 5 <b>"sharp"</b> & 100 %1';
    await rig.redis.client.hset(OFF, 'shop.test', JSON.stringify({ since: 1, by: 'me', text }));
    await isOff('shop.test');

    const { status, headers, body } = await ask('shop.test');
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('5');
    expect(body).toContain('<p>Back at 5 &lt;b&gt;&quot;sharp&quot;&lt;/b&gt; &amp; 100 %1</p>');
    expect(await ask('shop.test', '/__ping__')).toMatchObject({ status: 200, body: 'ok\n' });
    expect((await ask('other.test')).status).toBe(200);

    await rig.redis.client.hdel(OFF, 'shop.test');
    await isOn('shop.test');
  });

  test(`so are a held host, one that nobody has, and what a wildcard answers for (FRONT_CACHE=${cache})`, async () => {
    await rig.route('held.test');
    await rig.route('*.wild.test', rig.url(1));
    for (const vhost of ['held.test', 'nobody.test', '*.wild.test']) {
      await rig.redis.client.hset(OFF, vhost, 'not JSON');
    }

    for (const host of ['nobody.test', 'a.wild.test']) await isOff(host);
    await waitFor('the page of a host that is off', async () => {
      const { body } = await ask('held.test');
      expect(body).toContain('Back soon');
    });
    await rig.redis.client.flushall();
    await waitFor('nothing to be off', async () => {
      expect((await ask('nobody.test')).status).toBe(404);
    });
  });
}
