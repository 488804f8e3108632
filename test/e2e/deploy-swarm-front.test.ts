import { expect, test } from 'vitest';
import { runPieces } from '../parts/deploy-pieces.ts';

/** A node whose front says `SAID` of itself. */
const FRONT_ENTERS = `PROJECT=autodock DOCKER=client REDIS_SHOWN=10.0.0.1
client() {
  case "$1" in
    ps) echo "$FRONT" ;;
    exec) printf %s "$SAID" ;;
  esac
}
sleep() { :; }
check_outer_redis_of_front; echo enters`;
const ELSEWHERE = 'rediss://:secret@10.0.0.1';

function status(reachable: boolean, why: string | null): string {
  const body = { redis: { reachable, why, away_seconds: 1 }, routes: 'last known' };
  return `HTTP/1.1 200 OK\r\nServer: x\r\n\r\n${JSON.stringify(body)}`;
}

test.for([
  [
    'its certificate is for another name than 10.0.0.1: write one that it holds into FRONT_REDIS_TLS_NAME',
    /into FRONT_REDIS_TLS_NAME\n {2}Say the name .*: FRONT_REDIS_TLS_NAME=NAME deploy\/up --swarm/,
  ],
  [
    'its certificate is of a CA that is not trusted (20: x): name its CA in FRONT_REDIS_TLS_CA',
    /name its CA in AUTODOCK_REDIS_TLS_CA\n {2}Mend that setting/,
  ],
  ['write redis:// into FRONT_REDIS', /into AUTODOCK_REDIS_URL\n {2}Mend that setting/],
  ['connection refused', /: connection refused\n {2}If Redis is away/],
] as const)(
  'deploy/up --swarm tells of a front that does not enter a Redis elsewhere: %s',
  ([why, words]) => {
    const { code, stderr } = runPieces(FRONT_ENTERS, {
      ...{ AUTODOCK_REDIS_URL: ELSEWHERE, FRONT: 'f1', SAID: status(false, why) },
    });

    expect(code).toBe(1);
    expect(stderr).toContain('its fronts do not enter their Redis (10.0.0.1): ');
    expect(stderr).toMatch(words);
  },
);

test.for([
  ['enters', ELSEWHERE, 'f1', status(true, null)],
  ['is not on this node', ELSEWHERE, '', ''],
  ['says nothing', ELSEWHERE, 'f1', ''],
  ["has the stack's own", '', 'f1', status(false, 'connection refused')],
] as const)('deploy/up --swarm says nothing of a front that %s', ([, url, front, said]) => {
  const env = { AUTODOCK_REDIS_URL: url, FRONT: front, SAID: said };
  expect(runPieces(FRONT_ENTERS, env)).toEqual({ code: 0, stdout: 'enters\n', stderr: '' });
});
