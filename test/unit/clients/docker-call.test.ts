import { setImmediate as turn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { callDocker, type DockerResult, httpStatusOf } from '../../../src/clients/docker-call.ts';
import { ObserveError } from '../../../src/errors.ts';

const TIMEOUT_MS = 1_000;

function call(
  send: (signal: AbortSignal) => Promise<unknown>,
  signal = new AbortController().signal,
) {
  const results: DockerResult[] = [];
  const request = {
    what: 'list of containers',
    timeoutMs: TIMEOUT_MS,
    signal,
    onResult: (result: DockerResult) => results.push(result),
  };
  const narrow = (reply: unknown) => (Array.isArray(reply) ? reply : null);
  return { results, reply: callDocker(request, send, narrow).catch((error: unknown) => error) };
}

const statusError = (statusCode: number) => Object.assign(new Error('no'), { statusCode });

test('callDocker hears what came while the process did not get to run, before it gives up', async () => {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const said = new Promise((resolve) => port1.once('message', resolve));
  // From here on timers are next, and only then what has come.
  await turn();
  const { reply } = call(() => said.then(() => [1]));
  port2.postMessage('');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * TIMEOUT_MS);
  expect(await reply).toEqual([1]);
});

describe('callDocker', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('gives the reply that has the right shape', async () => {
    const { reply, results } = call(async () => [1]);
    expect(await reply).toEqual([1]);
    expect(results).toEqual(['ok']);
  });

  test.each([[Buffer.alloc(0)], [Buffer.from('<html>')], [null], [{}], ['x']])(
    'takes a 200 with %j for malformed, never for an empty list',
    async (body) => {
      const { reply, results } = call(async () => body);
      expect(await reply).toMatchObject({ code: 'docker-malformed' });
      expect(results).toEqual(['malformed']);
    },
  );

  test('ends a request that is never answered, and frees it', async () => {
    let given: AbortSignal | undefined;
    const { reply, results } = call((signal) => {
      given = signal;
      return new Promise(() => undefined);
    });
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS + 1);
    expect(await reply).toMatchObject({
      code: 'docker-timeout',
      message: 'Docker: list of containers: no answer within 1000 ms',
    });
    expect(results).toEqual(['timeout']);
    expect(given?.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends at once when the controller stops', async () => {
    const stopping = new AbortController();
    const { reply } = call(() => new Promise(() => undefined), stopping.signal);
    stopping.abort();
    expect(await reply).toBeInstanceOf(ObserveError);
    const { reply: late } = call(async () => [1], stopping.signal);
    expect(await late).toBeInstanceOf(ObserveError);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('names the status, and what a proxy must allow', async () => {
    const { reply, results } = call(() => Promise.reject(statusError(403)));
    const error = await reply;
    expect(error).toMatchObject({ code: 'docker-status' });
    expect(String(error)).toContain('status 403');
    expect(String(error)).toContain('/containers/<id>/json');
    expect(httpStatusOf(error)).toBe(403);
    expect(results).toEqual(['status']);
  });

  test('calls everything else unreachable, and keeps the cause', async () => {
    const cause = new Error('connect ENOENT /var/run/docker.sock');
    const { reply, results } = call(() => Promise.reject(cause));
    expect(await reply).toMatchObject({ code: 'docker-unreachable', cause });
    expect(results).toEqual(['unreachable']);
  });
});
