import { describe, expect, test } from 'vitest';
import {
  identifierToAdd,
  textsToDelete,
  urlToAdd,
  vhostsToDelete,
  vhostToAdd,
} from '../../../src/cli/hipachectl/target.ts';

describe('a backend to add', () => {
  test.each([
    ['192.0.2.7', '80', 'http://192.0.2.7:80'],
    ['2001:DB8::1', '443', 'http://[2001:db8::1]:443'],
    ['[::1]', '65535', 'http://[::1]:65535'],
    ['App', '8080', 'http://app:8080'],
    ['app_1.example.com', '80', 'http://app_1.example.com:80'],
  ])('%s and %s become %s', (ip, port, url) => {
    expect(urlToAdd(ip, port)).toBe(url);
  });

  test.each([
    ['a b', '80', /-i "a b" must be an IPv4 or IPv6 address, or a name/],
    ['999.1.1.1', '80', /must be an IPv4/],
    ['[app]', '80', /must be an IPv4/],
    ['http://app', '80', /must be an IPv4/],
    ['1.2.3', '80', /must be an IPv4/],
    ['fe80::1%eth0', '80', /must be an IPv4/],
    ['\u001b[31m', '80', /-i "\\u\{1b\}\[31m"/],
    ['1.2.3.4', '0', /-p "0" must be a port, 1 to 65535/],
    ['1.2.3.4', '65536', /must be a port/],
    ['1.2.3.4', '080', /must be a port/],
    ['1.2.3.4', '', /must be a port/],
  ])('%j and %j are refused', (ip, port, message) => {
    expect(() => urlToAdd(ip, port)).toThrow(message);
  });
});

describe('a backend to delete', () => {
  test('is found however any tool wrote it', () => {
    expect(textsToDelete('192.0.2.7', '80')).toEqual([
      'http://192.0.2.7:80',
      'http://192.0.2.7:80/',
      'http://192.0.2.7',
      'http://192.0.2.7/',
    ]);
    expect(textsToDelete('192.0.2.7', '443')).toContain('https://192.0.2.7');
    expect(textsToDelete('name', '8080')).toContain('http://name:8080');
  });

  test.each(['2001:DB8::1', '[2001:DB8::1]', 'App', '192.0.2.7'])(
    'is found by the arguments that added it: %s',
    (ip) => {
      expect(textsToDelete(ip, '81')).toContain(urlToAdd(ip, '81'));
    },
  );

  test('is found as it stands by its whole URL', () => {
    expect(textsToDelete('ftp://x', '80')).toEqual(['ftp://x']);
  });
});

describe('a host', () => {
  test('is added as fronts look it up, and deleted as it stands, too', () => {
    expect(vhostToAdd('Hello.Local.')).toBe('hello.local');
    expect(vhostsToDelete('Hello.Local.')).toEqual(['Hello.Local.', 'hello.local']);
    expect(vhostsToDelete('a b')).toEqual(['a b']);
    expect(() => vhostToAdd('http://a.b/')).toThrow(/begins with a scheme/);
  });
});

describe('an ID', () => {
  test('is any visible text of a sane length', () => {
    expect(identifierToAdd('blog')).toBe('blog');
    for (const text of ['', 'a\nb', 'x'.repeat(254)]) {
      expect(() => identifierToAdd(text)).toThrow(/visible characters/);
    }
  });
});
