import { describe, expect } from 'vitest';
import { composeProject } from '../parts/compose-project.ts';
import { verdictOn } from '../parts/looks.ts';
import { verdictOf } from '../parts/system.ts';
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
