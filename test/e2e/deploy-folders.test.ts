import { expect, test } from 'vitest';
import { runPieces } from '../parts/deploy-pieces.ts';
import { engineSocket } from '../parts/docker.ts';

test.for([
  ['FRONT_PAGES', '/no/such', '/no/such'],
  ['FRONT_CERTIFICATES', './no-such', `${process.cwd()}/deploy/./no-such`],
  ['FRONT_CERTIFICATES', '~/no-such', `${process.env.HOME}/no-such`],
] as const)('a folder that is not there is not made by Docker: %s=%s', ([name, value, folder]) => {
  const local = { DOCKER_HOST: `unix://${engineSocket()}` };

  expect(runPieces('check_folders', { ...local, [name]: value })).toEqual({
    code: 1,
    stdout: '',
    stderr: `deploy/bash: ${name} is '${value}', and no folder is there\n  Correct the setting, or make the folder: mkdir -p ${folder}\n`,
  });
});

test.for([
  {},
  { FRONT_CERTIFICATES: 'a-volume' },
  { FRONT_CERTIFICATES: '/etc', FRONT_PAGES: './hipache/pages' },
  { FRONT_PAGES: '/no/such', DOCKER_HOST: 'tcp://elsewhere:2376' },
])('but one that is, is elsewhere, or is a volume is taken: %j', (env) => {
  const local = { DOCKER_HOST: `unix://${engineSocket()}`, ...env };

  expect(runPieces('check_folders', local)).toEqual({ code: 0, stdout: '', stderr: '' });
});
