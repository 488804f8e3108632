import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BareMachine, openBareMachine } from '../parts/bare-machine.ts';

/** The first steps of `deploy/up`, as it takes them. */
const FIRST_STEPS = `
  ROOT=$PWD; set -- up
  for part in say causes settings apt packages engine host compose debian; do . deploy/lib/$part.sh; done
  one_at_a_time; find_engine; find_compose`;

const OUR_ENGINE = 'cat /var/run/docker.pid';

/** Waits until a command succeeds. */
const UNTIL = 'until_ok() { for _ in $(seq 300); do "$@" && return; sleep 0.1; done; return 1; };';

const STOP_OURS = `${UNTIL} kill "$(cat /var/run/docker.pid)"; until_ok [ ! -e /var/run/docker.pid ];`;

/** A dockerd that ends once as one on a busy machine. */
const LATE_ONCE = `#!/bin/sh
[ -e /tmp/late ] && exec /usr/sbin/dockerd "$@"
touch /tmp/late; echo "failed to start containerd: timeout waiting for containerd to start"; exit 1`;

/** As somebody who may not install, in a folder of their own. */
const AS_NOBODY = `
  rm -rf /tmp/mine; mkdir /tmp/mine; cp -r deploy package.json /tmp/mine; chown -R nobody /tmp/mine; cd /tmp/mine
  exec setpriv --reuid=nobody --regid=nogroup --clear-groups deploy/up`;

describe('deploy/up on a bare Debian 13', () => {
  let machine: BareMachine;

  beforeAll(async () => {
    machine = await openBareMachine('trixie');
  }, 300_000);

  afterAll(() => machine.stop());

  test('says to who may not install what is missing', async () => {
    const { code, stderr } = await machine.bash(AS_NOBODY);

    expect(code).toBe(1);
    expect(stderr).toContain('no Docker engine answers on this host (there is no docker client)');
    expect(stderr).toContain('deploy/up run as root does both');
  });

  test('installs and starts an engine, its client, Compose with what it builds with, and certificates of authorities', async () => {
    const { code, stdout, stderr } = await machine.bash(FIRST_STEPS);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^engine +Docker 26\.1/m);
    expect(stdout).toMatch(/^compose +Docker Compose 2\./m);
    expect(await machine.run('docker', 'buildx', 'version')).toMatchObject({ code: 0 });
    const authorities = '/etc/ssl/certs/ca-certificates.crt';
    expect(await machine.run('grep', '-c', 'BEGIN', authorities)).toMatchObject({ code: 0 });
  });

  test('run again, installs and starts nothing', async () => {
    const before = await machine.bash(OUR_ENGINE);

    const { stdout } = await machine.bash(FIRST_STEPS);

    expect(stdout.trim().split('\n')).toEqual([
      expect.stringMatching(/^engine +Docker 26\.1/),
      expect.stringMatching(/^compose +Docker Compose 2\./),
    ]);
    expect(await machine.bash(OUR_ENGINE)).toEqual(before);
  });

  test('where only the client is missing, installs that beside the engine that runs', async () => {
    const before = await machine.bash(OUR_ENGINE);
    await machine.run('dpkg', '--remove', '--force-depends', 'docker-cli');

    const nobody = await machine.bash(AS_NOBODY);
    const { code, stdout } = await machine.bash(FIRST_STEPS);

    expect(nobody.stderr).toContain(
      'there is no docker client (the command docker) for the engine',
    );
    expect(nobody.stderr).toContain('Install it: the package docker-cli');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^engine +installing the docker client/m);
    expect(await machine.bash(OUR_ENGINE)).toEqual(before);
  });

  test('starts an engine again whose containerd was late', async () => {
    await machine.bash(`${STOP_OURS}
      echo '${LATE_ONCE}' >/usr/local/bin/dockerd; chmod +x /usr/local/bin/dockerd`);

    const { code, stderr } = await machine.bash(FIRST_STEPS);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await machine.run('rm', '/tmp/late', '/usr/local/bin/dockerd')).toMatchObject({
      code: 0,
    });
  });

  test('does not take the engine of somebody else for its own', async () => {
    const other = await machine.bash(`${STOP_OURS}
      mkdir -p /tmp/other; echo '{}' >/tmp/other/config
      setsid dockerd --config-file /tmp/other/config --data-root /tmp/other/data --exec-root /tmp/other/run \\
        --pidfile /tmp/other/pid --host unix:///tmp/other/socket --bridge=none --iptables=false \\
        --storage-driver=vfs >/tmp/other/log 2>&1 </dev/null &
      until_ok docker --host unix:///tmp/other/socket version >/tmp/other/said 2>&1`);
    expect(other).toMatchObject({ code: 0 });

    const { code, stdout, stderr } = await machine.bash(FIRST_STEPS);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^engine +starting the engine/m);
    expect((await machine.bash(`cat /tmp/other/pid`)).stdout).not.toBe(
      (await machine.bash(OUR_ENGINE)).stdout,
    );
  });

  test('names why an engine does not start, and a log that is there', async () => {
    await machine.bash(`${STOP_OURS}
      mkdir -p /etc/docker; echo '{ "no-such-setting": true }' >/etc/docker/daemon.json`);

    const { code, stderr } = await machine.bash(FIRST_STEPS);

    expect(code).toBe(1);
    expect(stderr).toMatch(/: the Docker engine did not start: .*no-such-setting/);
    const log = /Its own log: (.*)/.exec(stderr)?.[1] ?? '';
    expect(await machine.run('grep', '-c', 'no-such-setting', log)).toMatchObject({ code: 0 });
  });
});
