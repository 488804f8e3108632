import Dockerode from 'dockerode';
import { describe, expect, test } from 'vitest';
import { compareText } from '../../src/model/compare.ts';
import { narrowInspection } from '../../src/observe/containers/inspection.ts';
import { ASKED_ENGINES } from '../parts/asked-engines.ts';
import type { RunOptions } from '../parts/docker.ts';
import type { EngineSubject } from '../parts/engine-subject.ts';

describe.each(ASKED_ENGINES)('%s', (_title, useEngine) => {
  let subject: EngineSubject;
  let docker: Dockerode;
  useEngine((...opened) => {
    [subject, docker] = opened;
  });

  test('it tells who it is and which versions of the API it speaks', async () => {
    const version = (await docker.version()) as { ApiVersion: string; MinAPIVersion: string };
    const info = (await docker.info()) as { ID: string; Name: string };

    expect(version.ApiVersion).toMatch(/^1\.\d+$/);
    expect(version.MinAPIVersion).toMatch(/^1\.\d+$/);
    expect(info.ID).not.toBe('');
    expect(info.Name).not.toBe('');
    expect(String(await docker.ping())).toBe('OK');
  });

  test('it refuses versions of the API beyond its range with a message that names its limit', async () => {
    const tooNew = new Dockerode({ socketPath: subject.socketPath, version: 'v1.99' });

    await expect(tooNew.listContainers()).rejects.toMatchObject({
      statusCode: 400,
      json: { message: expect.stringMatching(/1\.99 is too new.* 1\.\d+/) as string },
    });
  });

  test('an inspection shows the environment as given and the exposed ports', async () => {
    const env = ['VIRTUALHOST=a.test', 'VIRTUALHOST=b.test', 'EMPTY='];
    const container = await subject.run({ env, expose: ['8080/tcp', '53/udp'] });

    const { Config } = await docker.getContainer(container.id).inspect();

    expect(Config.Env).toEqual(expect.arrayContaining(env));
    expect(Object.keys(Config.ExposedPorts).sort(compareText)).toEqual([
      '53/udp',
      '80/tcp',
      '8080/tcp',
    ]);
  });

  test.each<[string, RunOptions, boolean]>([
    ['of an image with a HEALTHCHECK', { image: 'health' }, true],
    ['of an image without one', { image: 'web' }, false],
    ['that switches it off', { image: 'health', healthcheck: { Test: ['NONE'] } }, false],
  ])('an inspection tells of a container %s, before it starts', async (_, options, has) => {
    const container = await subject.run({ ...options, created: true });

    const reply = await docker.getContainer(container.id).inspect();

    expect(narrowInspection({ ...reply })?.hasHealthcheck).toBe(has);
  });

  test('an inspection of a container that does not exist is a 404', async () => {
    const missing = docker.getContainer('0'.repeat(64)).inspect();

    await expect(missing).rejects.toMatchObject({ statusCode: 404 });
  });
});
