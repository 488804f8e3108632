import { expect, test } from 'vitest';
import { isKnownHost } from '../../../src/http/known-host.ts';

const NAMES = ['autodock.example'];

test.each([
  undefined,
  '127.0.0.1',
  '127.0.0.1:1338',
  '192.168.1.9:80',
  '[::1]',
  '[2001:db8::1]:1338',
  'localhost',
  'LOCALHOST:1338',
  'a.b.localhost',
  'autodock',
  'auto-dock_1:1338',
  'autodock.example',
  'Autodock.EXAMPLE:443',
  ' autodock ',
])('a request to %s can be meant for this server', (host) => {
  expect(isKnownHost(host, NAMES)).toBe(true);
});

test.each([
  '',
  ':1338',
  'evil.example',
  'autodock.example.evil.example',
  'evil-autodock.example',
  '127.0.0.1.evil.example',
  '1.2.3',
  '1.2.3.4.5',
  '999.1.1.1',
  '[127.0.0.1]',
  '[]',
  '[::1',
  '::1',
  '[::1]evil.example',
  'localhost.',
  'localhost:port',
  'localhost:1338:1',
  'localhost@evil.example',
  'a b',
  'evil.example\\.localhost/',
  '*',
])('a request to %s is a stranger’s', (host) => {
  expect(isKnownHost(host, NAMES)).toBe(false);
});
