import { describe, expect, test } from 'vitest';
import { refusedUrl } from '../parts/backend.ts';
import { rawRequest } from '../parts/front.ts';
import { useFront } from '../parts/front-fixture.ts';
import { past, waitFor } from '../parts/wait-for.ts';
import { upgrade } from '../parts/websocket.ts';

const rig = useFront({ backends: 2, env: { FRONT_READ_TIMEOUT: '2s', FRONT_WORKERS: '1' } });

describe('a WebSocket', () => {
  test('is tunnelled with all headers, and may be silent for long', async () => {
    await rig.route('a.com', rig.url(1));
    const { socket, received } = upgrade(rig.front.port, 'a.com');
    await waitFor('the handshake', () => {
      expect(received()).toMatch(/^HTTP\/1\.1 101 /);
      expect(received()).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
      expect(received()).toContain('"x-forwarded-for":"127.0.0.1"');
      expect(received()).toContain('"host":"a.com"');
    });
    await past(3_000); // longer than FRONT_READ_TIMEOUT
    socket.write('echo this');
    await waitFor('the echo', () => expect(received()).toMatch(/echo this$/));
  });

  test('reaches another backend if one refuses, which is marked', async () => {
    await rig.route('a.com', await refusedUrl(), rig.url(1));
    for (let i = 0; i < 6; i += 1) {
      const { received } = upgrade(rig.front.port, 'a.com');
      await waitFor('the handshake', () => expect(received()).toMatch(/^HTTP\/1\.1 101 /));
    }
    await waitFor('the mark', async () => expect(await rig.dead('a.com')).toEqual(['0']));
  });

  test('is not asked for by an Upgrade that Connection does not name', async () => {
    await rig.route('a.com', rig.url(1));
    const answer = await rawRequest(
      rig.front.port,
      'GET / HTTP/1.1\r\nHost: a.com\r\nUpgrade: websocket\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).not.toContain('"upgrade"');
  });

  test('to an unknown host is not found', async () => {
    const { received } = upgrade(rig.front.port, 'nobody.test');
    await waitFor('the answer', () => expect(received()).toMatch(/^HTTP\/1\.1 404 /));
  });
});
