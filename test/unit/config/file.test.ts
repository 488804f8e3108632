import { describe, expect, test, vi } from 'vitest';
import type { Loaded } from '../../../src/config/load.ts';
import { loadFrom, problemsFrom } from './load-from.ts';

const FLAGS = { '--config': '/c' };

function load(text: string): Loaded {
  return loadFrom({ flags: FLAGS, files: { '/c': text } });
}

function problems(text: string): string {
  return problemsFrom({ flags: FLAGS, files: { '/c': text } });
}

describe('a configuration file', () => {
  test('with a strange tag is read without a warning that quotes the line', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);

    const { config } = load('owner: !!strange me');

    expect(config.owner).toBe('me');
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test('is YAML', () => {
    const { config } = load(`
# keys nest as their names do
docker:
  timeout: 3s
  events: no
redis: { keyPrefix: "p:" }
networks: [web, back]
hold: 0
owner: 0012
`);
    expect(config).toMatchObject({
      docker: { timeoutMs: 3_000, events: false },
      redis: { keyPrefix: 'p:' },
      networks: ['web', 'back'],
      holdMs: 0,
      owner: '0012',
    });
  });

  test('is JSON', () => {
    const { config } = load('{"http": {"port": 80}, "rpc": {"enabled": true}, "owner": null}');
    expect(config).toMatchObject({ http: { port: 80 }, rpc: { enabled: true }, owner: null });
  });

  test.each([
    ['is empty', ''],
    ['holds comments alone', '# nothing\n'],
    ['leaves keys without a value', 'owner:\nhttp:\n  port: ~\n'],
  ])('that %s sets nothing', (_case, text) => {
    expect(load(text).config).toEqual(loadFrom({}).config);
  });

  test.each([
    ['docker: tcp://h', 'unknown key docker in file /c (it has docker.host, docker.timeout'],
    [
      'redis:\n  keyprefix: a',
      'unknown key redis.keyprefix in file /c (did you mean redis.keyPrefix?)',
    ],
    ['hold: { for: 1s }', 'unknown key hold.for in file /c'],
    ['{"__proto__": {"hold": "1s"}}', 'unknown key __proto__.hold in file /c'],
    ['http: { port: 0x50 }', 'http.port = "0x50" (file /c) must be'],
    ['- a', 'it must hold keys and values'],
    ['hello', 'it must hold keys and values'],
    ['hold: 1s\nhold: 2s', 'file /c (flag --config) cannot be read: Map keys must be unique'],
    ['a: [', 'file /c (flag --config) cannot be read: '],
    ['a: 1\n---\nb: 2', 'file /c (flag --config) cannot be read: '],
  ])('%j is refused', (text, message) => {
    expect(problems(text)).toContain(message);
  });

  test('is not quoted when it cannot be parsed', () => {
    const message = problems('bus:\n  secret: topsecret\n bad');
    expect(message).toContain('line 3');
    expect(message).not.toContain('topsecret');
  });

  test('that is not there ends the start', () => {
    expect(problemsFrom({ flags: FLAGS })).toContain(
      'file /c (flag --config) cannot be read: ENOENT',
    );
  });
});
