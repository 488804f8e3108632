import { expect, test } from 'vitest';
import { ENV_NAMES, envNameMeant } from '../../../src/model/env-names.ts';

test('only our variables and near misses of them are ever kept', () => {
  for (const name of ['VIRTUALHOST', 'ALIAS', 'PORT', 'VIRTUAL_HOST', 'VIRTUALHOSTS', 'VHOST']) {
    expect(ENV_NAMES).toContain(name);
  }
  for (const name of [
    'PATH',
    'HOST',
    'HOSTNAME',
    'DATABASE_PASSWORD',
    'constructor',
    '__proto__',
  ]) {
    expect(ENV_NAMES).not.toContain(name);
  }
});

test('every near miss leads to a name of ours, and our names to none', () => {
  for (const name of ENV_NAMES.slice(3)) {
    expect(['VIRTUALHOST', 'ALIAS', 'PORT']).toContain(envNameMeant(name));
  }
  expect(ENV_NAMES.slice(0, 3).map(envNameMeant)).toEqual([null, null, null]);
  expect(envNameMeant('constructor')).toBeNull();
});
