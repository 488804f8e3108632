import { expect, test } from 'vitest';
import { rawRequest } from '../parts/front.ts';
import { useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({ backends: 2, env: { FRONT_WORKERS: '1' } });

test('the access log is JSON with vhost, backend and times', async () => {
  await rig.route('*.com', rig.url(1));
  const path = '/logged?x="\\';
  await rawRequest(
    rig.front.port,
    `GET ${path} HTTP/1.1\r\nHost: a.com\r\nUser-Agent: "\u00ff\r\nConnection: close\r\n\r\n`,
  );
  const line = await waitFor('the line', async () => {
    const lines = (await rig.front.log()).split('\n');
    const found = lines.find((candidate) => candidate.includes('/logged'));
    if (found === undefined) throw new Error('not yet');
    return found;
  });
  expect(JSON.parse(line)).toMatchObject({
    method: 'GET',
    host: 'a.com',
    uri: path,
    status: 200,
    outcome: 'routed',
    vhost: '*.com',
    backend: rig.url(1).replace('http://', ''),
    backend_status: '200',
    seconds: expect.any(Number),
    bytes: expect.any(Number),
  });
});

test.each([
  ['two Hosts', 'GET /bad-1 HTTP/1.1\r\nHost: a.com\r\nHost: b.com', 400, 'bad_request'],
  ['no Host', 'GET /bad-2 HTTP/1.1', 400, 'bad_request'],
  ['a host that no key holds', 'GET /bad-3 HTTP/1.1\r\nHost: a;b', 400, 'bad_host'],
  ['what is not a request at all', '\u0016\u0003\u0001', 400, 'bad_request'],
])('%s is not called routed', async (_title, head, status, outcome) => {
  await rig.route('*', rig.url(1));
  const before = (await rig.front.log()).length;
  await rawRequest(rig.front.port, `${head}\r\nConnection: close\r\n\r\n`);
  await waitFor('the line', async () => {
    const line = (await rig.front.log())
      .slice(before)
      .split('\n')
      .find((one) => one[0] === '{');
    expect(JSON.parse(line ?? '{}')).toMatchObject({ status, outcome, vhost: '', backend: '' });
  });
});
