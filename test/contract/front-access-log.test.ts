import { expect, it } from 'vitest';
import { rawRequest } from '../parts/front.ts';
import { useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({ backends: 2, env: { FRONT_READ_TIMEOUT: '1s', FRONT_WORKERS: '1' } });

it('the access log is JSON with vhost, backend and times', async () => {
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
