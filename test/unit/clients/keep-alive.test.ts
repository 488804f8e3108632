import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { keepAlive } from '../../../src/clients/keep-alive.ts';

test('asks the kernel to watch the connection of a response', () => {
  const socket = new Socket();
  const set = vi.spyOn(socket, 'setKeepAlive');

  keepAlive(Object.assign(new PassThrough(), { socket }));

  expect(set).toHaveBeenCalledExactlyOnceWith(true, 3_000);
});

test('ends the response with what the kernel says of the connection', () => {
  const socket = new Socket();
  const response = Object.assign(new PassThrough(), { socket });
  response.on('error', () => undefined);
  keepAlive(response);

  socket.emit('error', new Error('read ETIMEDOUT'));

  expect(response.errored?.message).toBe('read ETIMEDOUT');
});

test('leaves a stream without a connection alone', () => {
  expect(() => keepAlive(new PassThrough())).not.toThrow();
});
