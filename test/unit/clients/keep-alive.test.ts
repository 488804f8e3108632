import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { keepAlive } from '../../../src/clients/keep-alive.ts';

it('asks the kernel to watch the connection of a response', () => {
  const socket = new Socket();
  const set = vi.spyOn(socket, 'setKeepAlive');

  keepAlive(Object.assign(new PassThrough(), { socket }));

  expect(set).toHaveBeenCalledExactlyOnceWith(true, 3_000);
});

it('leaves a stream without a connection alone', () => {
  expect(() => keepAlive(new PassThrough())).not.toThrow();
});
