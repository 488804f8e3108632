import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DockerReader } from '../../../src/clients/docker-reader.ts';
import { answerCall } from '../../../src/rpc/rpc.ts';
import { anyJson, anyText, runs } from '../../parts/arbitraries.ts';

const IDS = ['a', 'b'].map((character) => character.repeat(64));

function rpc() {
  const asked: unknown[] = [];
  const ask =
    (what: string, reply: unknown) =>
    async (...params: readonly unknown[]) => {
      asked.push([what, ...params]);
      if (params[0] === 'nope') throw new Error('Docker: inspection: status 404');
      return reply;
    };
  const docker: DockerReader = {
    containers: ask(
      'containers',
      IDS.map((Id) => ({ Id, State: 'running' })),
    ),
    inspect: ask('inspect', { Id: IDS[0] }),
    version: ask('version', { Version: '20.10' }),
    info: ask('info', { ID: 'engine' }),
  };
  const call = (body: string) => answerCall({ docker, wallClock: () => 5_000 }, body);
  const told = async (value: object) => JSON.parse((await call(JSON.stringify(value))) ?? 'null');
  const modern = (method: string, params?: unknown) =>
    told({ jsonrpc: '2.0', id: 1, method, params });
  return { asked, call, told, modern };
}

describe('the JSON-RPC', () => {
  test('answers a call of 2015 in the form of 2015, and one of JSON-RPC 2.0 in that', async () => {
    const { told, modern } = rpc();
    expect(await told({ id: 7, method: 'ping', params: [4] })).toEqual({
      ...{ version: '1.1', id: 7, result: 1, error: null },
    });
    expect(await modern('ping', { ts: 4 })).toEqual({ jsonrpc: '2.0', id: 1, result: 1 });
  });

  test('gives back an id of 63 bits to the last digit', async () => {
    const { call } = rpc();
    const body = '{"jsonrpc": "2.0", "method": "ping", "params": [4], "id": 9223372036854775807}';
    expect(await call(body)).toContain('"id":9223372036854775807,');
  });

  test('does not answer a notification', async () => {
    expect(await rpc().call('{"jsonrpc":"2.0","method":"ping","params":[1]}')).toBeNull();
  });

  test.each<[unknown, unknown]>([
    [['containers', true], IDS.map((Id) => ({ Id }))],
    [
      ['containers', false, true, true],
      IDS.map((Id) => ({ Id: Id.slice(0, 12), State: 'running' })),
    ],
    [{ method: 'containers', quiet: true }, IDS.map((Id) => ({ Id }))],
    [['inspect_container', 'app'], { Id: IDS[0] }],
    [['inspect_container', { Id: IDS[0] }], { Id: IDS[0] }],
    [['version'], { Version: '20.10' }],
    [['info'], { ID: 'engine' }],
    [['inspect_container', 'nope'], { error: 'Docker: inspection: status 404', traceback: '' }],
  ])('docker %j is what docker-py of 2015 made of it', async (params, result) => {
    expect((await rpc().modern('docker', params)).result).toEqual(result);
  });

  test('hands on what narrows a list', async () => {
    const { asked, modern } = rpc();
    const filters = { label: ['a'] };
    const named = { since: 'app', limit: 3, size: true, filters, all: 1 };
    await modern('docker', { method: 'containers', ...named });
    expect(asked).toEqual([['containers', { ...named, all: true }]]);
    await modern('docker', { method: 'containers', latest: true });
    expect(asked[1]).toEqual(['containers', { all: false, size: false, limit: 1 }]);
  });

  test.each<[number, string]>([
    [-32_700, 'x'],
    [-32_700, ''],
    [-32_600, '[]'],
    [-32_600, '[{"jsonrpc":"2.0","id":1,"method":"ping"}]'],
    [-32_600, 'null'],
    [-32_600, '{"id":1}'],
    [-32_600, '{"id":1,"method":7}'],
    [-32_601, '{"id":1,"method":"system.listMethods","params":[]}'],
    [-32_601, '{"id":1,"method":"__proto__"}'],
    [-32_601, '{"id":1,"method":"docker"}'],
    [-32_601, '{"id":1,"method":"docker","params":["toString"]}'],
    [-32_602, '{"id":1,"method":"docker","params":"info"}'],
    [-32_602, '{"id":1,"method":"docker","params":["info",1]}'],
    [-32_602, '{"id":1,"method":"docker","params":{"method":"info","a":1}}'],
    [-32_602, '{"id":1,"method":"docker","params":["inspect_container"]}'],
    [-32_602, '{"id":1,"method":"docker","params":["inspect_container","../images"]}'],
    [-32_602, '{"id":1,"method":"docker","params":["inspect_container","a/json?x"]}'],
    [-32_602, '{"id":1,"method":"docker","params":["containers",0,0,0,0,"a b"]}'],
    [-32_602, '{"id":1,"method":"ping"}'],
  ])('says %i to %s', async (code, body) => {
    const { asked, call } = rpc();
    const { error } = JSON.parse((await call(body)) ?? 'null');
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^[^\n]{10,}\.$/);
    expect(asked).toEqual([]);
  });

  test.each(
    'create start stop kill restart remove_container remove_image pause exec_create execute commit push pull build put_archive events attach logs'.split(
      ' ',
    ),
  )('has no method %s', async (method) => {
    const { asked, modern } = rpc();
    expect((await modern('docker', [method, IDS[0]])).error.code).toBe(-32_601);
    expect(asked).toEqual([]);
  });

  test('answers whatever comes', async () => {
    const { call } = rpc();
    await fc.assert(
      fc.asyncProperty(anyText, anyJson, anyJson, async (text, method, params) => {
        expect(JSON.parse((await call(text)) ?? 'null')).toHaveProperty('error');
        const answered = await call(`${JSON.stringify({ id: 1, method, params })}`);
        expect(JSON.parse(answered ?? 'null')).toHaveProperty('id', 1);
      }),
      runs(200),
    );
  });
});
