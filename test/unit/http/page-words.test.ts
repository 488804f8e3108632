import { describe, expect, test } from 'vitest';
import type { StatusAnswer } from '../../../src/answers/status.ts';
import { hostUrl } from '../../../src/http/page/host-url.ts';
import { ownerNames } from '../../../src/http/page/owners.ts';

describe('where a browser opens a host', () => {
  test.each([
    ['shop.test', null, 'http://shop.test/'],
    ['shop.test', 80, 'http://shop.test/'],
    ['shop.test', 8_080, 'http://shop.test:8080/'],
    ['my_host', 80, 'http://my_host/'],
    ['192.0.2.7', 80, 'http://192.0.2.7/'],
    ['xn--mnchen-3ya.test', 80, 'http://xn--mnchen-3ya.test/'],
  ])('%s on port %s is %s', (vhost, port, url) => {
    expect(hostUrl(vhost, port)).toBe(url);
  });

  test.each([
    '*',
    '*.shop.test',
    'a b',
    'user@shop.test',
    'shop.test/x',
    'javascript:alert(1)',
    '999.1.1.1',
    '',
  ])('is nowhere for %j', (vhost) => {
    expect(hostUrl(vhost, 80)).toBeNull();
  });
});

describe('an owner', () => {
  const other = (owner: string, engine: string | null) => ({ owner, engine, lastSignAt: '' });
  /** Of the status the names need no more than this. */
  const status = (...otherOwners: readonly ReturnType<typeof other>[]) =>
    ({
      owner: 'AAAA:BBBB:CCCC:DDDD',
      engine: { id: 'AAAA:BBBB:CCCC:DDDD', name: 'host-a', apiVersion: '1.51' },
      otherOwners,
    }) as unknown as StatusAnswer;

  test('is called as its engine is', () => {
    const nameOf = ownerNames(status(other('EEEE:FFFF', 'host-b'), other('blue', null)));
    expect(['AAAA:BBBB:CCCC:DDDD', 'EEEE:FFFF', 'blue', 'gone'].map(nameOf)).toEqual([
      'host-a',
      'host-b',
      'blue',
      'gone',
    ]);
    expect(ownerNames(null)('EEEE:FFFF')).toBe('EEEE:FFFF');
  });

  test('is told apart from another whose engine has the same name', () => {
    const nameOf = ownerNames(status(other('EEEE:FFFF:GGGG', 'host-a')));
    expect(nameOf('EEEE:FFFF:GGGG')).toBe('host-a (EEEE:FFFF:GG)');
    expect(nameOf('AAAA:BBBB:CCCC:DDDD')).toBe('host-a (AAAA:BBBB:CC)');
  });
});
