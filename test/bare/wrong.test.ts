import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BareMachine, lastWords, openBareMachine } from '../parts/bare-machine.ts';

const UNTIL = 'until_ok() { for _ in $(seq 3000); do "$@" && return; sleep 0.1; done; return 1; };';

/** Ends deploy/up as a power cut would, with all that it started: these are groups of their own in its session. */
const CUT_OFF = `cut_off() {
    for stat in /proc/[0-9]*/stat; do
      read -r pid _ _ _ _ session _ 2>/dev/null <"$stat" && [ "$session" = "$1" ] && kill -KILL "$pid" || true
    done
  };`;

/** Starts the engine of the machine with these settings on this disk, which the one before may leave a moment late. */
const engineWith = (settings: string, mount = ':') => `${UNTIL}
  if [ -e /var/run/docker.pid ]; then kill "$(cat /var/run/docker.pid)"; until_ok [ ! -e /var/run/docker.pid ]; fi
  until_ok ${mount}; mkdir -p /etc/docker; echo '${settings}' >/etc/docker/daemon.json
  setsid dockerd >>/var/log/dockerd.log 2>&1 </dev/null &
  until_ok docker version >/tmp/said 2>&1`;

describe('deploy/up on a bare Debian 13 names the cause and the remedy', () => {
  let machine: BareMachine;

  beforeAll(async () => {
    machine = await openBareMachine('trixie');
  });

  afterAll(() => machine.stop());

  test('without a network', async () => {
    await machine.setNetwork('off');
    const { code, stderr } = await machine.run('deploy/up');
    await machine.setNetwork('on');

    expect(code).toBe(1);
    expect(lastWords(stderr)).toMatch(
      /^deploy\/up: the network does not reach: .*\n {2}Make it reachable/,
    );
  });

  test('and goes on where an installation of packages was cut off', async () => {
    const cutOff = await machine.bash(`${UNTIL} ${CUT_OFF}
      setsid deploy/up >/tmp/up 2>&1 </dev/null & up=$!
      until_ok grep -q '^Unpacking docker.io' .cache/deploy/up.log
      cut_off "$up"; dpkg --audit; ls /var/lib/dpkg/updates`);
    expect(cutOff).toMatchObject({ code: 0, stdout: expect.stringMatching(/docker|[0-9]{4}/) });

    const { stdout } = await machine.run('env', 'AUTODOCK_BASE=registry', 'deploy/up');

    expect(stdout).toMatch(/^engine +Docker 26\.1/m);
  });

  test('with a registry mirror that is broken', async () => {
    expect(
      await machine.bash(engineWith('{ "registry-mirrors": ["http://127.0.0.1:9"] }')),
    ).toMatchObject({ code: 0 });

    const { code, stderr } = await machine.run('env', 'AUTODOCK_BASE=registry', 'deploy/up');

    expect(code).toBe(1);
    expect(lastWords(stderr)).toMatch(
      /^deploy\/up: the base images cannot be pulled: .*\n {2}See .*AUTODOCK_BASE=auto/,
    );
  });

  test('with a disk that is full', async () => {
    expect(
      await machine.bash(engineWith('{}', 'mount -t tmpfs -o size=120m tmpfs /var/lib/docker')),
    ).toMatchObject({ code: 0 });

    const { code, stderr } = await machine.run('deploy/up');

    expect(code).toBe(1);
    expect(lastWords(stderr)).toMatch(
      /^deploy\/up: the disk is full: \/var\/lib\/docker has \d+ MB left\n {2}Make room/,
    );
  });

  test('and comes up after it was stopped half-way, with an engine that remaps users', async () => {
    expect(
      await machine.bash(engineWith('{ "userns-remap": "default" }', 'umount /var/lib/docker')),
    ).toMatchObject({ code: 0 });
    const stopped =
      await machine.bash(`${UNTIL} ${CUT_OFF} rm -f .cache/deploy/up.log; setsid deploy/up >/tmp/up 2>&1 </dev/null & up=$!
      until_ok grep -q 'Extracting' .cache/deploy/up.log; cut_off "$up"`);
    expect(stopped).toMatchObject({ code: 0 });

    const { code, stdout, stderr } = await machine.run('deploy/up', '--demo');

    expect(code, `${stdout}\n${stderr}`).toBe(0);
    expect(stdout).toContain('Hello from the container');
    const refused = await machine.run('env', 'COMPOSE_PROFILES=https', 'deploy/up');
    expect(lastWords(refused.stderr)).toContain('COMPOSE_PROFILES= deploy/up');
  });
});
