import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url));

interface Service {
  readonly environment: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

interface ComposeFile {
  readonly services: Readonly<Record<'autodock' | 'docker-proxy' | 'logger', Service>>;
}

function fileOf(name: string): ComposeFile {
  return parse(readFileSync(`${DEPLOY}/${name}`, 'utf8'), { merge: true }) as ComposeFile;
}

describe('a host that joined', () => {
  const alone = fileOf('compose.yaml').services;
  const joined = fileOf('compose.join.yaml').services;

  test('has the services of one host but Redis and the front, as they are there', () => {
    expect(Object.keys(joined)).toEqual(['docker-proxy', 'autodock', 'logger']);
    expect(joined['docker-proxy']).toEqual(alone['docker-proxy']);
    expect(joined.logger).toEqual(alone.logger);
  });

  test('has a controller that differs in where Redis and containers are', () => {
    const names = ({ environment }: Service) => Object.keys(environment);
    const [here, there] = [names(joined.autodock), names(alone.autodock)];
    expect(there.filter((name) => !here.includes(name))).toEqual(['AUTODOCK_REDIS_URL']);
    const more = here.filter((name) => !there.includes(name));
    expect(new Set(more)).toEqual(
      new Set(['CA', 'CERT', 'KEY'].map((name) => `AUTODOCK_REDIS_TLS_${name}`)).add(
        'AUTODOCK_REDIS_URL_FILE',
      ),
    );
    const { environment: _1, volumes: _2, depends_on: _3, ...same } = joined.autodock;
    const { extra_hosts: _4, ...other } = alone.autodock;
    expect(other).toMatchObject(same);
  });
});

/** What reading a joining line comes to: `LINE`, or the message. */
function lineOf(input: string): string {
  const script = `ROOT=/tmp; set -eu; . "$1/lib/say.sh"; . "$1/lib/first.sh"; . "$1/lib/join.sh"; LOG=/dev/null
    read_line - 2>&1 && echo "LINE $LINE"`;
  try {
    return execFileSync('bash', ['-c', script, 'up', DEPLOY], { input, encoding: 'utf8' });
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}

test('a joining line may be wrapped, quoted, or cut short, which is told', () => {
  const sum = execFileSync('sha256sum', { input: 'H4sIAAAA' }).toString().slice(0, 16);
  const line = `autodock-join-1:H4sIAAAA:${sum}`;
  expect(lineOf(`${line}\n`)).toBe('LINE H4sIAAAA\n');
  expect(lineOf(`'${line.slice(0, 20)}\n${line.slice(20)}'\r\n`)).toBe('LINE H4sIAAAA\n');
  for (let length = 'autodock-join-1:'.length; length < line.length; length += 1) {
    expect(lineOf(line.slice(0, length))).toContain('the joining line is cut short, or changed');
  }
  expect(lineOf(line.replace('AAAA', 'AABA'))).toContain('cut short, or changed');
  expect(lineOf('something else')).toContain('this is not a joining line');
  expect(lineOf('')).toContain('this is not a joining line');
});

test.for([
  ['joined', 'docker compose -p autodock -f deploy/compose.join.yaml'],
  ['first', 'docker compose -f deploy/compose.yaml'],
] as const)('on a host that is %s a person calls Compose as %s', ([hosts, command]) => {
  const script = `set -u; ROOT=\${1%/deploy} HOSTS=$2 COMPOSE=(docker compose) COMPOSE_VERSION=2.40.3
    . "$1/lib/compose.sh"; shown_compose`;
  const said = execFileSync('bash', ['-c', script, 'up', DEPLOY, hosts], { encoding: 'utf8' });
  expect(said).toBe(`${command}\n`);
});

test('a host gets the rights of a controller that are documented, with the prefix', () => {
  const script = `ROOT=$1/..; . "$1/lib/first.sh"; AUTODOCK_REDIS_KEY_PREFIX='team a:' host_rights`;
  const rights = execFileSync('bash', ['-c', script, 'up', DEPLOY], { encoding: 'utf8' });
  expect(rights).toMatch(/^"~team a:frontend:\*" "~team a:dead:\*" "~team a:autodock:\*" \+client/);
  expect(rights.trim()).toMatch(/ &__redis__:invalidate \+publish "&team a:autodock:ask"$/);
});
