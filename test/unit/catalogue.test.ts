import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/**
 * What may go wrong, one line each: the catalogue of faults. Each row has a test, or several, that carry
 * its number in their names. Rows that are left out of the first release have none, and are not listed.
 */
const CATALOGUE = `
D1 die, and the list still says running
D2 two hundred removed at once, the list stale, their inspections hanging
D3 dies and comes back within the lag; a crash loop
D4 events lost silently
D5 the event stream ends: cleanly, by a reset, by the engine's death
D6 the engine frozen, the stream silent
D7 TCP half-open
D8 the engine killed and started again
D9 the engine stopped gracefully: a truthful empty list, then no socket
D11 a list of 200 with an empty body, truncated, null, an object, HTML
D12 half a body and the end, a stall, a drip
D13 403, 500, 503 of a socket proxy
D14 inspections of one, or of fifty, that hang or fail
D15 404 of an inspection while the list still shows the container
D16 a list that suddenly lacks most; another engine behind the socket
D17 an API too old or too new; the shapes of each engine
D18 chunks split and merged, UTF-8 split, a line of 2 MB, a broken line
D19 a storm of events
D20 signals that do not end a container
D21 a stop whose TERM is ignored until KILL
D22 pause and unpause, also of a health-checked container
D25 network disconnect of the routed network, connect to a second
D26 host, none and container networks, no address, IPv6 only
D27 two containers that show one address on one network
R1 down at the start
R2 dies, comes back empty
R3 connection cut after the script ran, reply lost
R5 frozen
R6 half-open TCP
R8 READONLY
R9 LOADING
R10 out of memory, also in a batch that adds and removes
R12 a wrong type at frontend:h or dead:h
R13 NOSCRIPT
R15 NOAUTH, WRONGPASS, NOPERM
R17 a torn append-only file
R18 FLUSHDB; claims deleted while lists stay
R19 a list edited by hand
R20 marks written during edits
R21 thousands of backends in one list
P1 kill -9 at any step of a pass
P2 SIGTERM while Redis is frozen or a script runs; a second signal
P3 two processes of one owner; two engines under one owner
P4 the wall clock jumps a day
P6 floods: environment, events, log
P8 an unhandled rejection
P10 a bad configuration
P11 plan, upsert-only
I1 what is not a host
I2 control characters and escapes in hosts
I3 internationalised names, look-alikes, joiners, trailing dots
I4 wildcards, inner wildcards, __ping__
I5 a value of 130 kB, a thousand names
I6 one name twice, a variable twice, two containers of one URL
I7 what is not a port
I8 hostile text in log, terminal, HTML, metrics, JSON
I9 names that url.domainToASCII would repair
I10 an environment that is null or no UTF-8, items without =
O1 eight controllers change the same frontends
O2 two owners claim the same URL
O4 the owner changed, the engine installed anew
O5 a recreate while * has a route
S1 the Docker socket is root
S2 the UDP port
S3 the HTTP port
S4 a Redis user held to our keys
S6 the image
S7 a route to the front itself
`;

const ROWS = CATALOGUE.trim()
  .split('\n')
  .map((line) => line.split(' ', 1)[0] ?? '');

const TESTS = fileURLToPath(new URL('..', import.meta.url));
const NUMBER = /\b[DRPIOS]\d{1,2}\b/g;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
/** `test('…'`, `describe.each(table)('…'`, and names like `testLosingEvents('…'`; nothing that is skipped. */
const TITLE =
  /(?:\b(?:test|it|describe)(?:[A-Z]\w*)?|\))\(\s*(?:'(?<plain>(?:[^'\\\n]|\\.)*)'|`(?<template>(?:[^`\\]|\\.)*)`)/g;

/** The numbers in the titles of tests: a number elsewhere, in a comment or beside a measured time, tests nothing. */
function numbersIn(source: string): readonly string[] {
  return [...source.replaceAll(COMMENT, '').matchAll(TITLE)].flatMap(
    ({ groups }) => (groups?.plain ?? groups?.template)?.match(NUMBER) ?? [],
  );
}

const numbers = new Set(
  readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.endsWith('catalogue.test.ts'))
    .filter((name) => !name.includes('unit/'))
    .flatMap((name) => numbersIn(readFileSync(`${TESTS}/${name}`, 'utf8'))),
);

test.each(ROWS)('row %s of the catalogue of faults has a test', (row) => {
  expect([...numbers]).toContain(row);
});

test('every row has one line', () => {
  expect(new Set(ROWS).size).toBe(ROWS.length);
});

test.each<[string, string, readonly string[]]>([
  ['the title of a test', "test('D1, R2: it is so', () => {});", ['D1', 'R2']],
  ['the title of a table', 'test.each(TABLE)(\n  `P10: %s`,\n  () => {},\n);', ['P10']],
  ['the title of a block', "describe('S1: sockets', () => {});", ['S1']],
  ['a test with a name of its own', "testAlone('I3', () => {});", ['I3']],
  ['a comment', "// test('D1', () => {});\n/* test('D2') */", []],
  ['what a test measures', "await timed('D4', 'repaired', 1_500, act);", []],
])('the rows that %s names', (_, source, named) => {
  expect(numbersIn(source)).toEqual(named);
});

test.each(['skip', 'todo', 'fails'])('a row that only a test.%s names has none', (how) => {
  expect(numbersIn(`test.${how}('D1', () => {});`)).toEqual([]);
});
