import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { Controller } from '../parts/controller.ts';
import { DOCKER_SILENT, openFakeSystem } from '../parts/fake-system.ts';

const ON = { env: { AUTODOCK_RPC_ENABLED: 'true' } };

function post({ baseUrl }: Controller, body: string, headers: Record<string, string> = {}) {
  return fetch(`${baseUrl}/`, { method: 'POST', body, headers });
}

async function call(controller: Controller, method: string, params: unknown) {
  const response = await post(
    controller,
    JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  );
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return (await response.json()) as { readonly result?: never; readonly error?: { code: number } };
}

describe('the JSON-RPC', () => {
  test('is off at first, and says which variable switches it on', async () => {
    const { controller } = await openFakeSystem();
    const response = await post(controller, '{"id":1,"method":"ping","params":[1]}');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
    expect(await response.text()).toContain('AUTODOCK_RPC_ENABLED=true');
  });

  test('shows a container with its whole environment, and what a plugin of 2015 asks for', async () => {
    const { controller, fake, run } = await openFakeSystem(ON);
    const { id } = run('rpc.test', { env: ['VIRTUALHOST=rpc.test', 'PASSWORD=shown'] });
    expect((await call(controller, 'docker', ['containers', true])).result).toEqual([{ Id: id }]);
    const { result } = await call(controller, 'docker', ['inspect_container', id]);
    expect(result).toMatchObject({
      Id: id,
      Config: { Env: ['VIRTUALHOST=rpc.test', 'PASSWORD=shown'] },
    });
    expect((await call(controller, 'docker', ['version'])).result).toHaveProperty('ApiVersion');
    expect((await call(controller, 'docker', ['info'])).result).toHaveProperty('ID');
    const missing = await call(controller, 'docker', ['inspect_container', 'f'.repeat(64)]);
    expect(missing.result).toMatchObject({ error: expect.stringContaining('404'), traceback: '' });
    expect((await call(controller, 'docker', ['stop', id])).error?.code).toBe(-32_601);
    expect(fake.forbidden).toEqual([]);
    // The page is still where it was.
    expect((await fetch(`${controller.baseUrl}/`)).headers.get('content-type')).toContain('html');
  });

  test('tells of an engine that does not answer, in the result, within its deadline', async () => {
    const { controller, fake } = await openFakeSystem({ env: { ...ON.env, ...DOCKER_SILENT } });
    fake.fail('list', { kind: 'hang' });
    const { result } = await call(controller, 'docker', ['containers']);
    expect(result).toMatchObject({ error: expect.stringContaining('no answer within 500 ms') });
  });

  test('does not answer a page of another origin, another name, or too large a body', async () => {
    const { controller } = await openFakeSystem(ON);
    const body = '{"jsonrpc":"2.0","id":1,"method":"docker","params":["containers"]}';
    expect((await post(controller, body, { origin: 'http://evil.test' })).status).toBe(403);
    expect(await statusOf(controller, { host: 'evil.test' }, body)).toBe(421);
    const large = await post(controller, ' '.repeat(65_537));
    expect([large.status, await large.text()]).toEqual([413, expect.stringContaining('65536')]);
    expect((await post(controller, ' '.repeat(65_536))).status).toBe(200);
    expect((await post(controller, '{"jsonrpc":"2.0","method":"ping","params":[1]}')).status).toBe(
      204,
    );
  });
});

/** `fetch` sends no `Host` but its own. */
function statusOf(controller: Controller, headers: Record<string, string>, body: string) {
  return new Promise<number | undefined>((resolve, reject) => {
    const sent = request(`${controller.baseUrl}/`, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
