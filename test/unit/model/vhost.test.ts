import { describe, expect, test } from 'vitest';
import { parseVhost, readVhost, showVhost, unicodeForm } from '../../../src/model/vhost.ts';

const OCTETS_63 = 'l'.repeat(63);

describe('a vhost', () => {
  test.for([
    ['hello.local', 'hello.local'],
    [' hello.local ', 'hello.local'],
    ['Hello.LOCAL', 'hello.local'],
    ['hello.local.', 'hello.local'],
    ['localhost', 'localhost'],
    ['_dmarc.my_app.local', '_dmarc.my_app.local'],
    ['1and1.com', '1and1.com'],
    ['a--b.local', 'a--b.local'],
    ['192.0.2.7', '192.0.2.7'],
    ['0.0.0.0', '0.0.0.0'],
    [`${OCTETS_63}.local`, `${OCTETS_63}.local`],
    [`${'a.'.repeat(126)}b`, `${'a.'.repeat(126)}b`],
    ['*', '*'],
    ['*.', '*'],
    ['*.com', '*.com'],
    ['*.example.com', '*.example.com'],
    ['*.Example.COM.', '*.example.com'],
    ['*.a.b.c.d.e', '*.a.b.c.d.e'],
    ['*.bücher.de', '*.xn--bcher-kva.de'],
    ['bücher.local', 'xn--bcher-kva.local'],
    ['BÜCHER.local', 'xn--bcher-kva.local'],
    ['straße.de', 'xn--strae-oqa.de'],
    ['💩.la', 'xn--ls8h.la'],
    ['日本語.jp', 'xn--wgv71a119e.jp'],
    ['xn--bcher-kva.local', 'xn--bcher-kva.local'],
    ['XN--BCHER-KVA.local', 'xn--bcher-kva.local'],
    ['pаypal.com', 'xn--pypal-4ve.com'],
    ['constructor', 'constructor'],
    ['__proto__', '__proto__'],
  ] as const)('%s is %s', ([text, vhost]) => {
    expect(readVhost(text)).toEqual({ kind: 'vhost', vhost });
    expect(parseVhost(text)).toBe(vhost);
    expect(parseVhost(vhost), 'a second reading changes nothing').toBe(vhost);
  });

  test.for([
    ['', 'has an empty label'],
    ['.', 'has an empty label'],
    ['a..b', 'has an empty label'],
    ['.a', 'has an empty label'],
    ['a.local..', 'has an empty label'],
    ['*..com', 'has an empty label'],
    ['-a', 'has a label that begins or ends with "-"'],
    ['a-.local', 'has a label that begins or ends with "-"'],
    [`${OCTETS_63}l.local`, 'has a label of 64 octets'],
    [`ü${OCTETS_63}.local`, 'has a label of 71 octets'],
    [`${'a.'.repeat(126)}bc`, 'has 254 octets'],
    [
      `*.${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(8)}`,
      'has 254 octets',
    ],
    ['x'.repeat(10_000), 'has 10000 characters'],
    ['http://x', 'begins with a scheme'],
    ['HTTPS://x.local:80/y', 'begins with a scheme'],
    ['x:80', 'holds a ":"'],
    ['[::1]', 'holds a ":"'],
    ['fe80::1', 'holds a ":"'],
    ['x/y', 'has a path'],
    ['x\\y', 'has a path'],
    ['x#y', 'has a query or a fragment'],
    ['x?y', 'has a query or a fragment'],
    ['user@x', 'has a user name'],
    ['a%2eb.c', 'holds a "%"'],
    ['a b', 'holds the white space U+0020'],
    ['a\u00a0b', 'holds the white space U+00A0'],
    ['a\u3000b', 'holds the white space U+3000'],
    ['a\nb', 'holds the invisible character U+000A'],
    ['a\tb', 'holds the invisible character U+0009'],
    ['a\0b', 'holds the invisible character U+0000'],
    ['a\u001b[31mb', 'holds the invisible character U+001B'],
    ['a\u009bb', 'holds the invisible character U+009B'],
    ['a\u2028b', 'holds the invisible character U+2028'],
    ['a\u202eb', 'holds the invisible character U+202E'],
    ['ex\u200dample.com', 'holds the invisible character U+200D'],
    ['a\u200bb', 'holds the invisible character U+200B'],
    ['a\u00adb', 'holds the invisible character U+00AD'],
    ['❤\ufe0f.la', 'holds the invisible character U+FE0F'],
    ['a\u3164b', 'holds the invisible character U+3164'],
    ['a\ud800b', 'holds the invisible character U+D800'],
    ['a;b', 'holds ";" (U+003B)'],
    ['"a"', 'holds """ (U+0022)'],
    ['<b>', 'holds "<" (U+003C)'],
    ['a。b', 'holds "。" (U+3002)'],
    ['a／b', 'holds "／" (U+FF0F)'],
    ['＊.com', 'holds "＊" (U+FF0A)'],
    ['℀.com', 'cannot be written in punycode'],
    ['xn--a', 'cannot be written in punycode'],
    ['xn--', 'cannot be written in punycode'],
    ['xn--ü', 'cannot be written in punycode'],
    ['bücher.xn--a', 'cannot be written in punycode'],
    ['xn--bcher-kva.xn--99999999', 'cannot be written in punycode'],
    ['xn--abc-.local', 'cannot be written in punycode'],
    ['a.*.b', 'has a "*" inside'],
    ['*a.b', 'has a "*" inside'],
    ['*.*.b', 'has a "*" inside'],
    ['**', 'has a "*" inside'],
    ['*.a.b.c.d.e.f', 'has 6 labels after "*."'],
    ['*.192.0.2.7', 'is a wildcard of an IP address'],
    ['__ping__', "is the name of hipache's own health check"],
    ['__PING__.', "is the name of hipache's own health check"],
    ['__𝐩ing__', "is the name of hipache's own health check"],
    ['0x7f.1', 'ends in a number but is not an IPv4 address'],
    ['127.1', 'ends in a number but is not an IPv4 address'],
    ['256.0.0.1', 'ends in a number but is not an IPv4 address'],
    ['01.2.3.4', 'ends in a number but is not an IPv4 address'],
    ['1.2.3.4.5', 'ends in a number but is not an IPv4 address'],
    ['example.0x', 'ends in a number but is not an IPv4 address'],
    ['80', 'ends in a number but is not an IPv4 address'],
    ['𝟏27.0.0.1', 'ends in a number but is not an IPv4 address'],
  ] as const)('%j is not one: it %s', ([text, problem]) => {
    expect(readVhost(text)).toMatchObject({ kind: 'bad', problem });
    expect(parseVhost(text)).toBeNull();
  });

  test.for([null, undefined, 7, {}, []])('%j is not one', (value) => {
    expect(parseVhost(value)).toBeNull();
  });
});

describe('an internationalised name', () => {
  test.for([
    ['bücher.local', 'xn--bcher-kva.local (bücher.local)'],
    ['*.bücher.local', '*.xn--bcher-kva.local (*.bücher.local)'],
    ['pаypal.com', 'xn--pypal-4ve.com (pаypal.com)'],
    ['hello.local', 'hello.local'],
    ['*', '*'],
  ] as const)('%s is shown as %s', ([text, shown]) => {
    const vhost = parseVhost(text);

    expect(vhost === null ? null : showVhost(vhost)).toBe(shown);
    expect(vhost === null || (unicodeForm(vhost) === null) === (vhost === shown)).toBe(true);
  });
});
