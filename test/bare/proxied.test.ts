import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BareMachine, openBareMachine } from '../parts/bare-machine.ts';
import { type ForwardProxy, startForwardProxy } from '../parts/forward-proxy.ts';

/** As a client gives every container the proxy, without an exception: `~/.docker/config.json`. */
const TELL_CLIENT = `mkdir -p ~/.docker; cat >~/.docker/config.json`;

/** What a machine calls itself and its containers. */
const OWN = /^(localhost|.*\.localhost|bare|127\..*|10\.98\..*|172\..*|::1|\[.*)$/;

describe('a bare Debian 13 with control groups of version 2 that reaches nothing but a proxy', () => {
  let machine: BareMachine;
  let proxy: ForwardProxy;

  beforeAll(async () => {
    machine = await openBareMachine('trixie', { onlyGroupsV2: true });
    proxy = await startForwardProxy(await machine.cutOff());
    await machine.bash('chmod -R go= /srv');
  });

  afterAll(async () => {
    process.stdout.write(`the proxy was asked for ${proxy.hosts().join(', ')}\n`);
    await machine.stop();
    proxy.close();
  });

  test('is told of it where the environment names none', async () => {
    const { code, stderr } = await machine.run('deploy/up');

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^deploy\/up: the network does not reach: .*\n {2}.*through a proxy: export http_proxy and https_proxy/m,
    );
  });

  test('is told so where it names one that does not answer', async () => {
    const { code, stderr } = await machine.run('env', 'http_proxy=http://127.0.0.1:9', 'deploy/up');

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^deploy\/up: the network is not reached by the proxy .*: .*127\.0\.0\.1:9.*\n {2}Correct http_proxy/m,
    );
  });

  test('comes to an answered request by it, named in capitals alone, with all profiles, and for who lets nobody else read their files', async () => {
    await machine.bash(
      `${TELL_CLIENT} <<<'{ "proxies": { "default": { "httpProxy": "${proxy.url}", "httpsProxy": "${proxy.url}" } } }'`,
    );

    const { code, stdout, stderr } = await machine.bash(`umask 077
      export HTTP_PROXY=${proxy.url} HTTPS_PROXY=${proxy.url}
      COMPOSE_PROFILES=https,monitoring AUTODOCK_HTTPS_ISSUER=internal deploy/up --demo`);

    expect(code, `${stdout}\n${stderr}`).toBe(0);
    expect(stdout).toContain('Hello from the container');
    const info = await machine.bash("docker info --format '{{.CgroupVersion}}'");
    expect(info.stdout.trim()).toBe('2');
  });

  test('asks it for nothing that is its own', async () => {
    const given = await machine.bash('docker inspect --format "{{.Config.Env}}" $(docker ps -q)');
    expect(given.stdout).toContain(proxy.url);

    const hosts = proxy.hosts();

    // The engine for an image, apt, and npm.
    expect(hosts.length).toBeGreaterThanOrEqual(3);
    expect(hosts.filter((host) => OWN.test(host))).toEqual([]);
  });
});
