import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BareMachine, lastWords, openBareMachine } from '../parts/bare-machine.ts';

/** A user who may do nothing, with the project in a folder of their own. */
const PERSON = `
  useradd --create-home --uid 1500 person; install -d -o person /run/user/1500
  cp -r deploy package.json /home/person; chown -R person /home/person`;

const AS_PERSON = `cd /home/person; export HOME=$PWD XDG_RUNTIME_DIR=/run/user/1500
  as_person() { setpriv --reuid=1500 --regid=1500 --clear-groups "$@"; }`;

const ROOTLESS = `${AS_PERSON}
  apt-get install -y -q --no-install-recommends iproute2 rootlesskit slirp4netns uidmap >/tmp/said 2>&1
  install -d /dev/net; mknod -m 666 /dev/net/tun c 10 200
  export DOCKER_HOST=unix:///run/user/1500/docker.sock PATH=$PATH:/usr/sbin
  as_person setsid sh /usr/share/docker.io/contrib/dockerd-rootless.sh --storage-driver=vfs >/tmp/rootless 2>&1 </dev/null &
  for _ in $(seq 300); do ! as_person docker version >/tmp/said 2>&1 || break; sleep 0.2; done
  as_person deploy/up`;

/** `docker` as it would be with an engine that is not to be had any more. */
const OLD = `mkdir /tmp/old; cat >/tmp/old/docker <<'END'
#!/bin/sh
case "$*" in 'version --format {{.Server.Version}}') echo 19.03.15 ;; *) exec /usr/bin/docker "$@" ;; esac
END
  chmod +x /tmp/old/docker; PATH=/tmp/old:$PATH deploy/up`;

const PORT_TAKEN = `node -e 'require("net").createServer().listen(80)' & holder=$!
  until (exec 3<>/dev/tcp/127.0.0.1/80) 2>/tmp/said; do sleep 0.1; done
  status=0; deploy/up || status=$?; kill "$holder"; exit "$status"`;

describe('deploy/up on a bare Debian 13 names the cause and the remedy, and makes nothing,', () => {
  let machine: BareMachine;

  beforeAll(async () => {
    machine = await openBareMachine('trixie');
    // As far as an engine and Compose.
    await machine.run('env', 'AUTODOCK_BASE=registry', 'deploy/up');
    expect(await machine.bash(PERSON)).toMatchObject({ code: 0 });
  });

  afterAll(() => machine.stop());

  test.for([
    ['a user who may not ask the engine', `${AS_PERSON}; as_person deploy/up`, 'this user may not'],
    ['an engine that is rootless', ROOTLESS, 'the Docker engine is rootless'],
    ['an engine that is too old', OLD, 'the Docker engine is of version 19.03.15'],
    ['a port that is taken', PORT_TAKEN, 'port 80, for the front, is taken'],
  ] as const)('with %s', async ([, script, cause]) => {
    const { code, stdout, stderr } = await machine.bash(script);

    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^deploy/up: ${cause}.*\n {2}\\w`, 'm'));
    expect(stdout).not.toMatch(/^images/m);
  });

  test.for([
    ['FRONT_HTTP_PORT=eighty', "FRONT_HTTP_PORT is 'eighty'", 'It may be a number'],
    ['FRONT_HTTP_PORT="80', 'FRONT_HTTP_PORT has a quote that', 'without the quote'],
    ['COMPOSE_PROFILES=htps', "COMPOSE_PROFILES names 'htps'", 'It may be https'],
    ['no setting', "'no setting' is not a setting", 'Write NAME=value'],
    ['FRONT_CERTIFICATES=my/folder', 'Compose refuses the services', 'Correct the setting'],
    ['AUTODOCK_DOCKER_SOCKET=/no.sock', "'/no.sock', and no socket is there", 'leave the setting'],
  ] as const)('with %s in deploy/.env', async ([line, cause, remedy]) => {
    await machine.bash(`echo '${line}' >deploy/.env`);

    const { code, stdout, stderr } = await machine.run('deploy/up');

    expect(code).toBe(1);
    expect(lastWords(stderr)).toContain(cause);
    expect(lastWords(stderr)).toContain(remedy);
    expect(stdout).not.toMatch(/^images/m);
  });
});
