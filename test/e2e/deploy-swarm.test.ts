import { describe, expect, test } from 'vitest';
import { runPieces } from '../parts/deploy-pieces.ts';
import { fileOf } from '../parts/file-of.ts';

describe('deploy/up --swarm says what is wrong and what to do', () => {
  test.for([
    ['inactive', 'check_swarm', 'this engine is in no swarm', 'docker swarm init --advertise-addr'],
    ['locked', 'check_swarm', "this node's swarm is locked", 'docker swarm unlock'],
    ['error', 'check_swarm', 'this node is not in its swarm', 'docker info'],
    ['false', 'check_manager', 'this node is a worker', 'deploy/bash --swarm on one of'],
  ] as const)('where the engine says %s to %s', ([said, check, cause, remedy]) => {
    const { code, stderr } = runPieces(check, { OPTIONS: said });

    expect(code).toBe(1);
    const [first = '', second = ''] = stderr.split('\n');
    expect(first).toContain(cause);
    expect(second).toContain(remedy);
  });
});

describe('deploy/up --swarm waits', () => {
  const PORT = 'x|y|no suitable node (host-mode port already in use on 1 node)';
  const IMAGE = 'x|y|No such image: localhost:1/autodock-hipache:1';

  test.for([
    ['for the port of a front that is updated', PORT, 'hipache 2/3 updating', ''],
    ['not for one that somebody else has', PORT, 'hipache 0/3 ', PORT],
    ['not for an image that is missing', IMAGE, 'hipache 2/3 updating', IMAGE],
  ] as const)('%s', ([, error, states, told]) => {
    const { stdout } = runPieces('lasting "$ERRORS" "$STATES" || true', {
      ...{ ERRORS: error, STATES: `redis 1/1 \n${states}` },
    });

    expect(stdout.trim()).toBe(told);
  });
});

/** A client of a swarm in which a task of the front ended: `STATE`, and `CHANGE` of the service. */
const CLIENT_OF_ENDED = `#!/bin/bash
case "$*" in
  'service ls -q'*) echo s1 ;;
  'service ls'*) printf '%s 1/1\\n' autodock_redis autodock_docker-proxy autodock_autodock; echo "autodock_hipache $COUNT" ;;
  'service inspect --format {{with .UpdateStatus}}{{.State}}{{end}} autodock_hipache') echo "$CHANGE" ;;
  'service inspect --format {{.Spec.Name}}'*) echo autodock_hipache ;;
  'stack ps'*) echo t0old ;;
  'inspect --type task --format {{.CreatedAt}}|{{.Status.State}}'*)
    printf '%s\\n' '2026-11-30 10:00:05|'"$STATE"'|t1new' '2026-11-29 10:00:00|failed|t0old' '2026-11-30 10:00:09|running|t2' ;;
  'inspect --type task --format {{.ServiceID}}'*) echo 's1|n1' ;;
  'node inspect'*) echo 'web2 (10.0.0.2)' ;;
  'service logs'*) echo 'front: FRONT_HOLD=long: expected a duration' ;;
esac
`;

describe('deploy/up --swarm tells what the task said that ended', () => {
  test.for([
    ['for which an update is paused', '3/3', 'paused', 'failed'],
    ['as it was unhealthy, for which an update is paused', '3/3', 'paused', 'complete'],
    ['and is missing', '0/3', '', 'failed'],
  ] as const)('%s', async ([, count, update, state]) => {
    const { code, stderr } = runPieces(
      `DOCKER=$CLIENT PROJECT=autodock SWARM_SINCE='2026-11-30 10:00:00' LOG=/dev/null\nwait_until_stack_runs`,
      {
        ...{ COUNT: count, CHANGE: update, STATE: state, AUTODOCK_UP_TIMEOUT: '4' },
        CLIENT: await fileOf(CLIENT_OF_ENDED, 0o755),
      },
    );

    expect(code).toBe(1);
    const [first = '', second = ''] = stderr.split('\n');
    expect(first).toContain(
      'a task of autodock_hipache ended on web2 (10.0.0.2), and said last: front: FRONT_HOLD=long: expected a duration',
    );
    expect(second).toContain('docker service logs t1new');
  });
});

test('a certificate that was renewed is the newest secret for its file; one without a file is that of its name', async () => {
  const client = `#!/bin/bash
case "$*" in
  'secret ls'*) echo s1 ;;
  'secret inspect'*) printf '%s\\n' '2026-01-01 10:00:00|a.com.crt|yes' '2026-06-01 10:00:00|a.com.crt.2|a.com.crt' \\
    '2026-03-01 10:00:00|a.com.crt.1|a.com.crt' '2026-01-01 10:00:00|b.com.crt|../b.com.crt' ;;
esac
`;
  const { stdout } = runPieces('DOCKER=$CLIENT\ncertificate_secrets', {
    CLIENT: await fileOf(client, 0o755),
  });

  expect(stdout.trim().split('\n').sort()).toEqual([
    'a.com.crt.2 a.com.crt',
    'b.com.crt b.com.crt',
  ]);
});
