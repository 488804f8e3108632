import { describe, expect } from 'vitest';
import { composeProject } from '../parts/compose-project.ts';
import { runCommand } from '../parts/controller.ts';
import { SCOPE_LABEL } from '../parts/docker.ts';
import { verdictOn } from '../parts/looks.ts';
import { frontAnswers, verdictOf } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

const test = systemTest();

describe('docker compose run', () => {
  test('does not join the host of its service, unless it is told to', async ({ system }) => {
    const host = system.host('one-off');
    const web = { environment: { VIRTUALHOST: host } };
    const project = await composeProject(system.docker, { web });
    await project.compose('up', '--detach', '--wait');
    await verdictOn(system.controller, await project.idOf(`${project.name}-web-1`), 'routed');
    const list = await waitFor('its route', async () => {
      const urls = (await system.routes.read(host))?.urls;
      expect(urls).toHaveLength(1);
      return urls;
    });

    const task = (await project.compose('run', '--detach', 'web')).trim();
    const { rejections } = await verdictOn(system.controller, await project.idOf(task), 'one-off');
    expect(rejections[0]?.remedy).toContain('--label autodock.enable=true');
    expect((await system.routes.read(host))?.urls).toEqual(list);

    const label = ['--label', 'autodock.enable=true'];
    const routed = (await project.compose('run', '--detach', ...label, 'web')).trim();
    await verdictOn(system.controller, await project.idOf(routed), 'routed');
    await waitFor('both in the list', async () => {
      expect((await system.routes.read(host))?.urls).toHaveLength(2);
    });
  });
});

describe('one set of variables for all services', () => {
  test('makes each a backend of the host, which container, host and overview say', async ({
    system,
  }) => {
    const host = system.host('shared');
    const environment = { VIRTUALHOST: host };
    const services = { web: { environment }, php: { environment } };
    const project = await composeProject(system.docker, services);
    await project.compose('up', '--detach', '--wait');

    const words = `${host} is asked for by 2 services of the Compose project "${project.name}": php, web.`;
    const php = await project.idOf(`${project.name}-php-1`);
    await waitFor('both to be told', async () => {
      const { hints } = await verdictOn(system.controller, php, 'routed');
      expect(hints).toEqual([expect.stringContaining(words)]);
    });
    for (const word of [host, `${project.name}-web-1`]) {
      const { stdout } = await runCommand(system.options, 'explain', word, '--json');
      expect(JSON.stringify(JSON.parse(stdout))).toContain(JSON.stringify(words).slice(1, -1));
    }
  });

  test('that Compose could not fill in is said to be empty, not to be missing', async ({
    system,
  }) => {
    const environment = { VIRTUALHOST: '$' + '{NO_SUCH_VARIABLE}' };
    const labels = { [SCOPE_LABEL]: system.docker.scope, 'autodock.enable': '' };
    const project = await composeProject(system.docker, { web: { environment, labels } });
    await project.compose('up', '--detach', '--wait');
    const name = `${project.name}-web-1`;
    const words = 'VIRTUALHOST is set and empty, which is as if it were not set.';

    const { hints } = await verdictOn(system.controller, await project.idOf(name), 'silent');
    expect(hints).toEqual([words, words.replace('VIRTUALHOST', 'autodock.enable')]);
    for (const args of [['explain', name], ['explain']]) {
      const { stdout } = await runCommand(system.options, ...args);
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(words);
    }
    expect((await runCommand(system.options, 'explain', name)).stdout).not.toContain('is set. ');
  });
});

describe('network_mode: service:vpn', () => {
  test('counts the ports that the service exposes, without a protocol as Compose hands them on', async ({
    system,
  }) => {
    const host = system.host('behind-vpn');
    const environment = { VIRTUALHOST: host, PORT: '8080', LISTEN: '8080', NAME: 'app' };
    const app = { environment, network_mode: 'service:vpn' };
    const project = await composeProject(system.docker, { vpn: { expose: ['8080'] }, app });
    await project.compose('up', '--detach', '--wait');

    await frontAnswers(system, host, 200, 'app 8080');
    const name = `${project.name}-app-1`;
    const { stdout } = await runCommand(system.options, 'explain', name);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      `PORT=8080, which ${project.name}-vpn-1 exposes, whose network it shares`,
    );
  });
});

describe('a service whose network was started anew', () => {
  test('is said to be older than it, until it is restarted', async ({ system }) => {
    const host = system.host('older');
    const environment = { VIRTUALHOST: host, PORT: '8080', LISTEN: '8080', NAME: 'app' };
    const app = { environment, network_mode: 'service:vpn' };
    const project = await composeProject(system.docker, { vpn: { expose: ['8080'] }, app });
    await project.compose('up', '--detach', '--wait');
    await frontAnswers(system, host, 200, 'app 8080');
    const name = `${project.name}-app-1`;
    const id = await project.idOf(name);

    await system.docker.engine.getContainer(`${project.name}-vpn-1`).restart({ t: 1 });
    const { rejections } = await verdictOn(system.controller, id, 'older-than-network');
    expect(rejections[0]?.remedy).toBe(`docker restart ${name}`);
    await system.routes.isGone(host);

    await system.docker.engine.getContainer(name).restart({ t: 1 });
    await verdictOn(system.controller, id, 'routed');
    await frontAnswers(system, host, 200, 'app 8080');
  });
});

describe('an env file', () => {
  test('that keeps comments routes no word of them', async ({ system }) => {
    const host = system.host('commented');
    const container = await system.run(`${host} # the *shop*, www.${host}`, {
      env: { PORT: '80 # plain' },
    });

    await system.routes.becomes(host, [await system.url(container)]);
    const { rejections, routes } = await verdictOf(system, container, 'routed');
    expect(routes.map(({ vhost }) => vhost)).toEqual([host]);
    expect(rejections.map(({ detail }) => detail)).toEqual([
      `VIRTUALHOST holds a comment, which is not read: "# the *shop*, www.${host}".`,
      'PORT holds a comment, which is not read: "# plain".',
    ]);
  });
});
