import { expect, onTestFinished, test } from 'vitest';
import { openBareMachine } from '../parts/bare-machine.ts';
import { startForwardProxy } from '../parts/forward-proxy.ts';

test('deploy/up comes to an answered request where nothing is reached but a proxy', async () => {
  const machine = await openBareMachine('trixie');
  onTestFinished(() => machine.stop());
  const proxy = await startForwardProxy();
  onTestFinished(proxy.close);
  // The other end of its line is this machine.
  const gateway = (await machine.bash("ip route | awk '/^default/ { print $3 }'")).stdout.trim();
  await machine.bash('ip route del default; : >/etc/resolv.conf');
  const url = `http://${gateway}:${proxy.port}`;

  const without = await machine.run('deploy/up');
  const { code, stdout, stderr } = await machine.run(
    ...['env', `http_proxy=${url}`, `https_proxy=${url}`, 'deploy/up', '--demo'],
  );

  expect(without.stderr).toContain('through a proxy: export http_proxy and https_proxy');
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toContain('Hello from the container');
  expect(proxy.hosts().size).toBeGreaterThanOrEqual(2);
});
