import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BareMachine, lastWords, openBareMachine } from '../parts/bare-machine.ts';
import { waitFor } from '../parts/wait-for.ts';

/** The engine that `deploy/up` installs, before it makes what is brought here instead. */
const ENGINE = `ROOT=$PWD; set -- up
  for part in say causes settings apt packages engine host compose debian; do . deploy/lib/$part.sh; done
  one_at_a_time; find_engine; find_compose`;
const BASES = ['autodock-base:debian', 'autodock-base:redis', 'autodock-base:node'];

/** Joins, and tells which processes show any of the line meanwhile. */
const JOIN_WATCHED = `
  cut -c 20-80 /srv/line >/srv/pattern; deploy/up --join /srv/line & up=$!
  while kill -0 "$up" 2>/tmp/said; do
    for process in /proc/[0-9]*; do
      ! grep -qaF -f /srv/pattern "$process/cmdline" 2>/tmp/said || echo "SHOWN by $process"
    done
    sleep 0.2
  done; wait "$up"`;

/** Whoever answers for a host within so many requests to the front here. */
const ASK = `ask() { for _ in $(seq 20); do
    { exec 3<>/dev/tcp/127.0.0.1/80; printf 'GET / HTTP/1.0\r\nHost: %s\r\n\r\n' "$1" >&3; grep -a '^Hello' <&3; } || true
  done | sort -u; }`;

const AUTODOCK = 'docker compose -f deploy/compose.yaml exec -T autodock autodock';
/** Of the second one on the line between both. */
const SIX = 'fd00:7::2';

describe('a host and another one that joins it', () => {
  let first: BareMachine;
  let second: BareMachine;
  let address: string;
  let line = '';

  beforeAll(async () => {
    first = await openBareMachine('trixie');
    second = await openBareMachine('trixie');
    await Promise.all(
      [first, second].map(async (machine) => {
        await must(machine, ENGINE);
        await machine.takeImages('docker', ...BASES);
      }),
    );
    const routes = await must(second, 'ip -4 -o addr show dev eth0 || hostname -I');
    address = /10\.98\.\d+\.2/.exec(routes)?.[0] ?? routes;
  });

  afterAll(async () => {
    await first.stop();
    await second.stop();
  });

  const answersOf = async (host: string) =>
    (await must(first, `${ASK}; ask ${host}`)).trim().split('\n');
  const start = async (machine: BareMachine, host: string, ...options: readonly string[]) => {
    const run = `docker run -d -e VIRTUALHOST=${host} ${options.join(' ')} autodock-hello`;
    return `Hello from the container ${(await must(machine, run)).trim().slice(0, 12)}.`;
  };
  const answers = (host: string, ...lines: readonly string[]) =>
    waitFor(`the answers of ${host}`, async () => {
      expect(new Set(await answersOf(host))).toEqual(new Set(lines));
    });

  test('are up and joined by two commands each, and no process shows the line', async () => {
    await must(first, 'deploy/up');
    const said = await must(first, 'deploy/up --host');
    line = /autodock-join-1:[^']*/.exec(said)?.[0] ?? '';
    await must(second, `echo '${line}' >/srv/line`);

    const joined = await must(second, JOIN_WATCHED);

    expect(joined).not.toContain('SHOWN');
    expect(joined).toContain(`reached at ports that are published on ${address}`);
    const { hosts } = JSON.parse(await must(first, `${AUTODOCK} hosts --json`));
    expect(hosts).toMatchObject([{ state: 'live' }, { state: 'live' }]);
  });

  test('serve one host by the front of the first, at a port that the engine chose', async () => {
    const here = await start(first, 'both.test');
    const there = await start(second, 'both.test', '-P');

    await answers('both.test', here, there);
  });

  test('of its addresses the one counts by which it reaches the first', async () => {
    await first.wire(second);
    const mine = await start(second, 'mine.test', '-p', `${address}:8081:80`);
    await start(second, 'other.test', '--name', 'other', '-p', '10.97.7.2:8082:80');

    await answers('mine.test', mine);
    const why = await must(
      second,
      'docker exec "$(docker ps -q --filter label=com.docker.compose.service=autodock)" autodock explain other',
    );
    expect(why).toContain(`Port 80 is not published on ${address}`);
  });

  test('and another one, of IPv6, where that is set', async () => {
    const said = await must(second, `AUTODOCK_HOST_ADDRESS=${SIX} deploy/up`);

    expect(said).toContain(`published on ${SIX}`);
    const there = await start(second, 'six.test', '-P');
    await answers('six.test', there);
    const routes = await must(first, `${AUTODOCK} routes --json`);
    expect(routes).toContain(`http://[${SIX}]:`);
  });

  test('neither becomes what the other one is', async () => {
    const host = await second.run('deploy/up', '--host');
    const joining = await first.bash(`deploy/up --join - <<<'${line}'`);

    expect([host.code, joining.code]).toEqual([1, 1]);
    expect(lastWords(host.stderr)).toContain('this host has joined another one');
    expect(lastWords(joining.stderr)).toContain('this host has a Redis that others join');
  });

  test('and one that leaves is forgotten, with its routes', async () => {
    await must(second, 'deploy/down --volumes');
    const name = (await must(second, "docker info --format '{{.ID}}'")).trim();

    await waitFor('its lease to be over', () => must(first, `${AUTODOCK} hosts --forget ${name}`), {
      timeoutMs: 120_000,
      everyMs: 2_000,
    });

    const { hosts } = JSON.parse(await must(first, `${AUTODOCK} hosts --json`));
    expect(hosts).toHaveLength(1);
    expect(await must(first, `${AUTODOCK} routes --json`)).not.toContain(SIX);
  });
});

async function must(machine: BareMachine, script: string): Promise<string> {
  const { code, stdout, stderr } = await machine.bash(script);
  if (code !== 0) throw new Error(`${script}\n${stdout}\n${stderr}`);
  return stdout;
}
