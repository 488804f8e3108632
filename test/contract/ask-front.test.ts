import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { askFront } from '../../src/cli/autodock/ask-front.ts';

/** A front that holds whatever is asked. */
async function holding(): Promise<string> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  onTestFinished(() => void server.close());
  return `127.0.0.1:${port}`;
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
