import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  identify,
  startBackend,
  startHttp,
  startOncePerConnectionBackend,
} from '../parts/backend.ts';
import { own, seen, useFront } from '../parts/front-fixture.ts';
import { askHttp2 } from '../parts/http2-client.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({ backends: 1, env: { FRONT_WORKERS: '1' } });

describe('a request of HTTP/2 without a length', () => {
  test('keeps no connection that may close under it', async () => {
    const backend = await own(startBackend('kept'));
    await rig.route('a.com', backend.url);
    const requests = ['PUT', 'DELETE', 'OPTIONS'].map((method) => ({ method, body: 'x' }));
    const answers = await askHttp2(rig.front.port, 'a.com', requests);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(backend.connections()).toBe(3);
  });

  test.each(['GET', 'HEAD'])(
    'is sent again, body and all, where %s lost its kept one',
    async (method) => {
      const backend = await own(startOncePerConnectionBackend());
      await rig.route('a.com', backend.url);
      const requests = Array.from({ length: 10 }, () => ({ method, body: 'x'.repeat(1_000) }));
      const answers = await askHttp2(rig.front.port, 'a.com', requests);
      expect(answers.map(({ status }) => status)).toEqual(requests.map(() => 200));
    },
  );

  test.each(['PUT', 'DELETE', 'OPTIONS'])(
    'or with an empty one, whose end comes by itself, is sent again where %s lost its kept connection',
    async (method) => {
      const backend = await own(startOncePerConnectionBackend());
      await rig.route('a.com', backend.url);
      const [keep, lose] = [{}, { method, headers: { 'content-length': '0' }, body: '' }];
      const answers = await askHttp2(rig.front.port, 'a.com', [keep, lose, keep, lose]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    },
  );

  test('reaches its backend whole, however large the body of a GET is', async () => {
    await rig.route('a.com', rig.url(1));
    const [answer] = await askHttp2(rig.front.port, 'a.com', [{ body: 'x'.repeat(300_000) }]);
    expect(seen(answer?.body ?? '')).toMatchObject({ method: 'GET', bytes: 300_000 });
  });
});

describe('a client that waits to be told to send its body', () => {
  const heads: IncomingHttpHeaders[] = [];

  async function routeReader(): Promise<void> {
    heads.length = 0;
    const reader = await own(
      startHttp((asked, reply) => {
        heads.push(asked.headers);
        void identify('reader', asked, reply);
      }),
    );
    await rig.route('a.com', reader.url);
  }

  test('is told so by the front, by HTTP/1.1, and its backend hears nothing of that', async () => {
    await routeReader();
    const asked = httpRequest({
      ...rig.target(),
      method: 'POST',
      headers: { host: 'a.com', expect: '100-continue', 'content-length': 5 },
    });
    asked.on('continue', () => asked.end('hello'));
    const body = await new Promise<string>((resolve, reject) => {
      asked.on('response', (reply) => resolve(text(reply))).on('error', reject);
      asked.flushHeaders();
    });
    expect(seen(body)).toMatchObject({ body: 'hello' });
    expect(heads[0]).not.toHaveProperty('expect');
  });

  test('is told nothing by HTTP/2, and is served once it has waited for long enough', async () => {
    await routeReader();
    const session = connect(`http://127.0.0.1:${rig.front.port}`);
    onTestFinished(() => session.destroy());
    const stream = session.request(
      { ':method': 'POST', ':authority': 'a.com', expect: '100-continue' },
      { endStream: false },
    );
    const told: number[] = [];
    stream.on('headers', ({ ':status': status = 0 }) => told.push(status));
    await waitFor('its head to be passed on', () => expect(heads).toHaveLength(1));
    stream.end('hello');
    expect(seen(await text(stream))).toMatchObject({ body: 'hello' });
    expect(told).toEqual([]);
    expect(heads[0]).not.toHaveProperty('expect');
  });
});
