import { expect, onTestFinished, test } from 'vitest';
import { openSocket } from '../../../src/bus/socket.ts';

async function open() {
  const told: string[] = [];
  const errors: string[] = [];
  const socket = await openSocket({
    ...{ host: '127.0.0.1', port: 0 },
    onSent: (result) => told.push(result),
    onError: (error) => errors.push(String(error)),
  });
  return { socket, told, errors };
}

test('drops what has nowhere to go, and says so, instead of throwing', async () => {
  const { socket, told, errors } = await open();
  onTestFinished(socket.close);
  socket.send('x', { address: '127.0.0.1', port: 0 });
  expect(told).toEqual(['dropped']);
  expect(errors).toEqual([expect.stringContaining('Port')]);
});

test('drops what comes after it was closed', async () => {
  const { socket, told } = await open();
  await socket.close();
  socket.send('x', { address: '127.0.0.1', port: 9 });
  expect(told).toEqual(['dropped']);
});
