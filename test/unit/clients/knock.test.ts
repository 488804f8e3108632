import { expect, test } from 'vitest';
import { presenceBy } from '../../../src/clients/knock.ts';
import { ObserveError } from '../../../src/errors.ts';

const presenceAfter = (error: Error) => presenceBy(() => Promise.reject(error));
const unreachable = (text: string) =>
  new ObserveError('docker-unreachable', `Docker: ping: ${text}`);

test('who answers is there', async () => {
  expect(await presenceBy(() => Promise.resolve('OK'))).toBe('answers');
});

test.each([
  'connect ENOENT /var/run/docker.sock',
  'connect ECONNREFUSED 192.0.2.1:2375',
  'read ECONNRESET',
  'socket hang up',
])('"%s" is the word that nobody is there', async (text) => {
  expect(await presenceAfter(unreachable(text))).toBe('away');
});

test.each([
  'connect EHOSTUNREACH 192.0.2.1:2375',
  'connect ENETUNREACH 192.0.2.1:2375',
  'connect ETIMEDOUT 192.0.2.1:2375',
  'getaddrinfo ENOTFOUND docker-proxy',
  'getaddrinfo EAI_AGAIN docker-proxy',
  'connect EACCES /var/run/docker.sock',
])('"%s" tells nothing of the engine', async (text) => {
  expect(await presenceAfter(unreachable(text))).toBe('blocked');
});

test('a knock that this process called off tells nothing of who is there', async () => {
  const cancelled = new ObserveError('docker-cancelled', 'Docker: ping: cancelled');
  expect(await presenceAfter(cancelled)).toBe('cancelled');
});

test('silence is one that may be about to speak, and any other answer is not an engine', async () => {
  expect(await presenceAfter(new ObserveError('docker-timeout', 'no answer'))).toBe('silent');
  expect(await presenceAfter(new ObserveError('docker-status', 'status 503'))).toBe('away');
});
