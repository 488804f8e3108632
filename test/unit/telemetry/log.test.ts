import { describe, expect, test } from 'vitest';
import { createLogger } from '../../../src/telemetry/log.ts';

const HOSTILE =
  'a\u001b[2J\u009b31m\u202e\u2028\r\n[2030-01-01 00:00:00] FATAL: forged\u0000\u007f';
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

type Format = 'json' | 'pretty';

/** A logger and what it wrote; `lines` are those of the text. */
async function open(format: Format, level: 'info' | 'debug' = 'info', hasColors = false) {
  const written: string[] = [];
  const log = await createLogger(
    { level, format },
    { write: (text) => written.push(text), hasColors: () => hasColors },
  );
  return { log, written, lines: () => written.join('').trimEnd().split('\n') };
}

describe('a JSON log', () => {
  test('has one object a line: level as a word, time in ISO 8601, fields, message', async () => {
    const { log, lines } = await open('json');
    log.info({ pass: 7 }, 'Pass done');
    const line: unknown = JSON.parse(lines()[0] ?? '');
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      pass: 7,
      msg: 'Pass done',
    });
  });

  test('gives hostile text back as it was, and has none of it in its own', async () => {
    const { log, written, lines } = await open('json');
    log.warn({ name: HOSTILE, [HOSTILE]: [HOSTILE], err: new Error(HOSTILE) }, 'Rejected');
    expect(lines()).toHaveLength(1);
    expect(written.join('')).not.toMatch(UNSAFE);
    const line: unknown = JSON.parse(lines()[0] ?? '');
    expect(line).toMatchObject({ name: HOSTILE, [HOSTILE]: [HOSTILE], err: { message: HOSTILE } });
  });

  test('leaves out what is below its level', async () => {
    const { log, written } = await open('json');
    log.debug('Detail');
    expect(written).toEqual([]);
  });
});

describe('a log for people', () => {
  test('has one line for a message and its fields', async () => {
    const { log, lines } = await open('pretty');
    log.info({ pass: 7, plan: ['+ create  a.local'] }, 'Applied');
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toMatch(
      /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\] INFO: Applied \{"pass":7,"plan":\["\+ create {2}a\.local"\]\}$/,
    );
  });

  test('shows hostile text escaped, on lines that are not its own', async () => {
    const { log, written, lines } = await open('pretty');
    log.warn({ name: HOSTILE, [HOSTILE]: [HOSTILE], inner: { text: HOSTILE } }, 'Rejected');
    log.warn({ err: new Error(HOSTILE, { cause: new Error(HOSTILE) }) }, 'Failed');
    expect(written.join('')).not.toMatch(UNSAFE);
    const own = lines().filter((line) => !line.startsWith(' '));
    expect(own).toHaveLength(2);
    expect(own.join('')).toContain('\\u{1b}[2J\\u{9b}31m\\u{202e}');
  });

  test('has colours where the terminal has them', async () => {
    const [plain, coloured] = [await open('pretty'), await open('pretty', 'info', true)];
    for (const { log } of [plain, coloured]) log.info('Started');
    expect(plain.written.join('')).not.toContain('\u001b');
    expect(coloured.written.join('')).toContain('\u001b[32mINFO\u001b[39m');
  });
});

describe('an error in a log', () => {
  test('has name, message, code, stack and causes', async () => {
    const { log, lines } = await open('json');
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    log.warn({ err: new Error('Redis is away', { cause }) }, 'Pass failed');
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
      err: {
        type: 'Error',
        message: 'Redis is away',
        stack: expect.stringContaining('at '),
        cause: { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
      },
    });
  });

  test('does not have the command that failed, which may hold a password', async () => {
    const { log, written } = await open('json');
    const error = Object.assign(new Error('WRONGPASS'), {
      command: { name: 'auth', args: ['topsecret'] },
    });
    log.warn({ err: new Error('Redis refused', { cause: error }) }, 'Pass failed');
    expect(written.join('')).toContain('WRONGPASS');
    expect(written.join('')).not.toContain('topsecret');
  });

  test('names every address that was tried', async () => {
    const { log, lines } = await open('json');
    const errors = [new Error('connect ::1'), new Error('connect 127.0.0.1')];
    log.warn({ err: new AggregateError(errors) }, 'Pass failed');
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
      err: { errors: [{ message: 'connect ::1' }, { message: 'connect 127.0.0.1' }] },
    });
  });

  test('may be its own cause', async () => {
    const { log, lines } = await open('json');
    const error = new Error('round');
    error.cause = error;
    log.warn({ err: error }, 'Failed');
    expect(lines()).toHaveLength(1);
  });

  test('may be anything that was thrown', async () => {
    const { log, lines } = await open('json');
    log.warn({ err: 'text' }, 'Failed');
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
      err: { type: 'string', message: 'text' },
    });
  });
});
