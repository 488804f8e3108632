import { describe, expect } from 'vitest';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

const test = systemTest();

describe('three containers of one vhost', () => {
  test('share the load, and the end of one leaves the other two as they are', async ({
    system,
  }) => {
    const host = system.host('shared');
    const containers = [await system.run(host), await system.run(host), await system.run(host)];
    const [first, second, third] = containers;
    if (first === undefined || second === undefined || third === undefined) throw new Error();
    const urls = await Promise.all(containers.map((container) => system.url(container)));
    await system.routes.becomes(host, urls);

    const seen = new Set<string>();
    await waitFor('all three to have answered', async () => {
      seen.add((await system.get(host)).body.trim());
      expect(seen).toEqual(new Set(containers.map((container) => container.answer())));
    });

    const before = (await system.routes.read(host))?.urls ?? [];
    const gone = await system.url(second);
    await second.stop();
    await system.routes.becomes(
      host,
      before.filter((url) => url !== gone),
    );

    for (let request = 0; request < 30; request += 1) {
      const { status, body } = await system.get(host);
      expect(status).toBe(200);
      expect([first.answer(), third.answer()]).toContain(body.trim());
    }
  });

  test('R20: dead marks stay with the backend that they are about, those of a removed one go', async ({
    system,
  }) => {
    const host = system.host('marked');
    const { client } = system.redis;
    const containers = [await system.run(host), await system.run(host), await system.run(host)];
    await system.routes.becomes(
      host,
      await Promise.all(containers.map((container) => system.url(container))),
    );
    const slots = (await system.routes.read(host))?.urls ?? [];
    const [removed, marked] = [slots[0], slots[2]];
    const victim = await Promise.all(
      containers.map(async (container) => ({ container, url: await system.url(container) })),
    ).then((pairs) => pairs.find(({ url }) => url === removed)?.container);
    await client.sadd(`dead:${host}`, '0', '2');
    await client.pexpire(`dead:${host}`, 25_000);

    await victim?.stop();
    const route = await system.routes.becomes(host, slots.slice(1));

    const marks = await client.smembers(`dead:${host}`);
    expect(marks.map((slot) => route.urls[Number(slot)])).toEqual([marked]);
    expect(await client.pttl(`dead:${host}`)).toBeGreaterThan(0);
    expect(await client.pttl(`dead:${host}`)).toBeLessThanOrEqual(25_000);
  });

  test('R20: a new backend never inherits the mark of the one whose slot it takes', async ({
    system,
  }) => {
    const host = system.host('replaced');
    const { client } = system.redis;
    const [stays, goes] = [await system.run(host), await system.run(host)];
    await system.routes.becomes(host, [await system.url(stays), await system.url(goes)]);
    const slots = (await system.routes.read(host))?.urls ?? [];
    const slot = slots.indexOf(await system.url(goes));
    await client.sadd(`dead:${host}`, String(slot));
    await client.pexpire(`dead:${host}`, 25_000);

    await goes.stop();
    await system.routes.becomes(host, [await system.url(stays)]);
    expect(await client.exists(`dead:${host}`)).toBe(0);

    const comes = await system.run(host);
    await system.routes.becomes(host, [await system.url(stays), await system.url(comes)]);
    expect(await client.exists(`dead:${host}`)).toBe(0);
  });
});
