import { describe, expect, test } from 'vitest';
import { dialectOf } from '../../../src/clients/dialect.ts';

/** As podman 4.3.1 and Docker 20.10.24 say. */
const PODMAN = dialectOf({ Components: [{ Name: 'Podman Engine' }, { Name: 'Conmon' }] });
const DOCKER = dialectOf({ Components: [{ Name: 'Engine' }, { Name: 'containerd' }] });

describe('podman', () => {
  test('has no ID of its own, and what stands for it cannot be an owner', () => {
    const { id, name } = PODMAN.engine({ ID: 'another at each call', Name: 'vm' });

    expect({ id, name }).toEqual({ id: 'podman on vm', name: 'vm' });
  });

  test('is asked for what is paused, too, with whatever else is asked for', () => {
    expect(PODMAN.listFilters(undefined)).toEqual({ status: ['running', 'paused'] });
    expect(PODMAN.listFilters({ health: ['starting'] })).toEqual({
      status: ['running', 'paused'],
      health: ['starting'],
    });
  });

  test('says in a word of its own that it runs without root', () => {
    // As 4.3 and 5.4 of somebody who is not root say.
    const SecurityOptions = ['name=seccomp,profile=default'];

    expect(PODMAN.rootless({ SecurityOptions, Rootless: true })).toBe(true);
    expect(PODMAN.rootless({ SecurityOptions, Rootless: false })).toBe(false);
    expect(DOCKER.rootless({ SecurityOptions: [...SecurityOptions, 'name=rootless'] })).toBe(true);
    expect(DOCKER.rootless({ SecurityOptions })).toBe(false);
  });

  test('is not asked for events by name, nor for those of itself', () => {
    const filters = { type: ['container', 'network', 'daemon'], event: ['die', 'start'] };

    expect(PODMAN.eventFilters(filters)).toEqual({ type: ['container', 'network'] });
  });
});

describe('Docker, and an engine that does not say what it is', () => {
  test.each([
    ['Docker', DOCKER],
    ['one without parts', dialectOf({})],
  ])('%s', (_name, dialect) => {
    const filters = { event: ['die'] };

    expect(dialect.engine({ ID: 'id', Name: 'vm' })).toEqual({ id: 'id', name: 'vm' });
    expect(dialect.listFilters(undefined)).toBeUndefined();
    expect(dialect.eventFilters(filters)).toBe(filters);
  });
});
