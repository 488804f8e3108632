import { describe, expect, test } from 'vitest';
import { placeOf } from '../../../src/explain/backend-place.ts';

describe('a backend', () => {
  test.each([
    ['http://10.0.0.1', '10.0.0.1', 80, false],
    ['http://10.0.0.1:8080/path?x', '10.0.0.1', 8080, false],
    ['https://10.0.0.2', '10.0.0.2', 443, false],
    ['https://10.0.0.2:8443', '10.0.0.2', 8443, false],
    ['http://[2001:DB8::1]:81', '[2001:db8::1]', 81, false],
    ['http://010.0.0.255', '010.0.0.255', 80, false],
    ['http://[::ffff:10.0.0.1]', '[::ffff:10.0.0.1]', 80, false],
    ['http://app:8080', 'app', 8080, true],
    ['http://App_1.Example.com:', 'app_1.example.com', 80, true],
  ])('%s is connected to at %s, port %d', (url, host, port, isName) => {
    expect(placeOf(url)).toEqual({ host, port, isName });
  });

  test.each([
    'ftp://x',
    'HTTP://10.0.0.1',
    'http://',
    'http://user@10.0.0.1',
    'http://a b',
    'http://-a',
    'http://10.0.0.1:0',
    'http://10.0.0.1:65536',
    'http://10.0.0.1:8o',
    'http://[::1%eth0]:80',
    'http://10.0.0.256:80',
    'http://[1::2::3]:80',
    'nonsense',
    '',
  ])('%j cannot be connected to', (url) => {
    expect(placeOf(url)).toBeNull();
  });
});
