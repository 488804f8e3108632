import { createServer, type LookupFunction } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { askFront } from '../../src/cli/autodock/ask-front.ts';

/** A front that holds whatever is asked. */
async function holding(on = '127.0.0.1'): Promise<string> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, on, () => resolve((server.address() as { port: number }).port));
  });
  onTestFinished(() => void server.close());
  return `${on}:${port}`;
}

test('a front is waited for no longer than who asks it waits', async () => {
  const { status, what } = await askFront(await holding(), 'shop.test', performance.now() + 900);

  expect(status).toBeNull();
  const [, ms = ''] = /no answer within (\d+) ms/.exec(what) ?? [];
  expect(Number(ms)).toBeLessThanOrEqual(900);
});

test('a front that is asked when the time is over has half a second to answer', async () => {
  const said = await askFront(await holding(), 'shop.test', performance.now() - 1);

  expect(said).toMatchObject({ status: null, what: expect.stringContaining('within 500 ms') });
});

test('a front that holds a host is told of, and not the place before it where none is', async () => {
  const address = await holding('127.0.0.2');
  const lookup: LookupFunction = (name, { all }, done) => {
    if (name !== 'host.docker.internal') return done(new Error(`no ${name}`), '');
    return all === true
      ? done(null, [{ address: '127.0.0.2', family: 4 }])
      : done(null, '127.0.0.2', 4);
  };

  const { what } = await askFront(
    address.replace('127.0.0.2', '0.0.0.0'),
    'shop.test',
    performance.now() + 900,
    lookup,
  );

  expect(what).toContain('no answer within');
});
