import { describe, expect, test } from 'vitest';
import { isSigned } from '../../src/wire/signature.ts';
import { OLD_HELLO, subscribe } from '../parts/bus-client.ts';
import { counted, named, openBusSystem, plugin, subscribers } from '../parts/bus-system.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

const SECRET = 'pä ss';

describe('a secret', () => {
  const env = { AUTODOCK_BUS_SECRET: SECRET };

  test('lets in whoever knows it, and signs what is sent', async () => {
    const system = await openBusSystem({ env });
    const client = await plugin(system, SECRET);
    const answer = await subscribe(client);
    await system.routed('signed.test');
    await client.hears('a start', ({ name }) => name === 'container_started');
    for (const { raw } of client.heard) expect(isSigned(raw, SECRET)).toBe(true);
    expect(answer.kwargs.nonce).toMatch(/^[0-9a-f]{16}$/);
  });

  test('keeps out whoever does not, or says again what was said; one warning each, no answer', async () => {
    const system = await openBusSystem({ env });
    const [none, wrong, replay] = [
      await plugin(system),
      await plugin(system, 'other'),
      await plugin(system, SECRET),
    ];
    const before = await counted(system, 'refused');
    for (let time = 0; time < 20; time += 1) {
      none.send(OLD_HELLO);
      wrong.hello();
    }
    replay.hello({ time: Date.now() - 120_000 });
    replay.hello({ nonce: 'short' });
    replay.hello({ nonce: 'said-before' });
    await waitUntil('one of them to be heard', async () => (await subscribers(system)) === 1);
    replay.bye();
    await waitUntil('it to be gone', async () => (await subscribers(system)) === 0);
    replay.hello({ nonce: 'said-before' });
    await waitUntil(
      'all to be refused',
      async () => (await counted(system, 'refused')) === before + 43,
    );
    await system.routed('secret.test');
    expect([none.heard, wrong.heard, named(replay, 'container_started')]).toEqual([[], [], []]);
    // The log may be later than the metric.
    const warnings = await waitFor('the warnings', () => {
      const lines = system.controller.logs.filter(({ msg }) => /refused/.test(String(msg)));
      expect(lines.length).toBeGreaterThan(1);
      return lines;
    });
    expect(warnings.length).toBeLessThanOrEqual(10);
    expect(system.controller.output()).not.toContain(SECRET);
  });
});
