import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { showContainer } from '../../../../src/cli/show/show-container.ts';
import { showHost } from '../../../../src/cli/show/show-host.ts';
import { showOverview } from '../../../../src/cli/show/show-overview.ts';
import { showRoutes } from '../../../../src/cli/show/show-routes.ts';
import type { Terminal } from '../../../../src/cli/show/terminal.ts';
import type { Facts } from '../../../../src/explain/facts.ts';
import { explainHost } from '../../../../src/explain/host.ts';
import { explainAll } from '../../../../src/explain/overview.ts';
import { routesOf } from '../../../../src/explain/routes.ts';
import { explainWorkload } from '../../../../src/explain/workload.ts';
import type { Failure } from '../../../../src/model/failure.ts';
import { HOSTILE, UNSAFE } from '../../../parts/hostile.ts';
import { asking, container, shortOf } from '../../desire/containers.ts';
import { claim, OWNER, observed } from '../../diff/world.ts';
import { factsOf } from '../../explain/facts.ts';

const NARROW: Terminal = { width: 80, paint: (_tone, text) => text };
const WIDE: Terminal = { ...NARROW, width: 160 };
const URL = 'http://172.17.0.2:80';

const FACTS = factsOf({
  containers: [
    asking(2, 'hello.local', { name: 'hello' }),
    asking(3, 'a.local b.local', { name: 'wrong', env: { PORT: '81' } }),
    container(4, { name: 'near', env: { VIRTUAL_HOST: 'near.local' } }),
    asking(5, 'late.local', { name: 'late' }),
    container(6, { name: 'silent' }),
  ],
  frontends: [
    observed('hello.local', [URL, 'http://10.9.9.9:80'], {
      [OWNER]: claim({ [URL]: [shortOf(2)] }),
    }),
  ],
  marks: { 'hello.local': { members: ['1'], expiresInMs: 23_400 } },
});

/** Everything that can be shown of a world. */
function allOf(facts: Facts, terminal: Terminal, hosts: readonly string[]): readonly string[] {
  const verdicts = facts.running.kind === 'seen' ? facts.running.facts.verdicts : [];
  const redis = facts.redis.kind === 'seen' ? facts.redis.facts : null;
  return [
    showOverview(explainAll(facts), terminal),
    ...verdicts.map((one) => showContainer(explainWorkload(facts, one), terminal)),
    ...hosts.map((host) => showHost(explainHost(facts, host), terminal)),
    ...(redis === null
      ? []
      : [showRoutes(routesOf(redis, OWNER), terminal, { withIdentifiers: true })]),
  ];
}

describe('a task of a swarm that asks for nothing', () => {
  const task = {
    'com.docker.swarm.service.name': 'shop',
    'com.docker.swarm.node.id': 'node1',
    'com.docker.swarm.task.id': 'n6yk1zu9jtcf9qwk4xkmzxbpt',
  };

  test.for([
    [{}, 'It asks for nothing.'],
    [{ VIRTUALHOST_FILE: '/run/secrets/host' }, 'So it asks for nothing.'],
  ] as const)('with %j does so by its service', ([env, words]) => {
    const facts = factsOf({ containers: [container(2, { name: 'shop.1.x', labels: task, env })] });
    const [verdict] = facts.running.kind === 'seen' ? facts.running.facts.verdicts : [];
    const text = verdict === undefined ? '' : showContainer(explainWorkload(facts, verdict), WIDE);
    const said = text.replaceAll(/\s+/g, ' ');

    expect(said).toContain(
      `${words} To have it routed: docker service update --env-add VIRTUALHOST=NAME shop, or with --container-label-add autodock.host=NAME.`,
    );
    expect(said).not.toContain('anew');
  });
});

describe('all containers', () => {
  test('stand in a table with reasons below at 80 columns, and how many there are', () => {
    expect(showOverview(explainAll(FACTS), NARROW)).toBe(
      `CONTAINER  VHOSTS           VERDICT
hello      hello.local      routed
late       late.local       not written
near       -                silent
    VIRTUAL_HOST is set and VIRTUALHOST is not: did you mean VIRTUALHOST?
silent     -                silent
wrong      a.local b.local  port-not-exposed
    PORT=81 is not exposed; exposed TCP ports: 80. Add EXPOSE 81 / --expose 81,
    or set PORT to 80.

5 running containers: 1 routed, 2 not routed, 2 silent (ask for nothing).

The controller passed 1 s ago (owner engine-1).`,
    );
  });

  test('end with when the controller passed, which nobody knows after the clock of Redis changed', () => {
    const shown = showOverview(explainAll(factsOf({ owners: [{ lastSignAt: null }] })), WIDE);
    expect(shown).toContain(
      'The controller passed before Redis was started anew or its clock was set back (owner engine-1) and not since',
    );
  });

  test('have their reasons in a column of their own where there is room', () => {
    const lines = showOverview(explainAll(FACTS), WIDE).split('\n');
    expect(lines[0]).toBe('CONTAINER  VHOSTS           VERDICT           REASON AND REMEDY');
    expect(lines[5]).toMatch(
      /^wrong .* port-not-exposed {2}PORT=81 is not exposed.* set PORT to 80\.$/,
    );
  });

  test('may be none', () => {
    expect(showOverview(explainAll(factsOf({})), NARROW)).toMatch(
      /^No container runs on this engine\.\n\n/,
    );
  });
});

describe('a host', () => {
  test('is told with status, lookup, slots and who asks', () => {
    expect(showHost(explainHost(FACTS, 'hello.local'), NARROW)).toBe(
      `hello.local: 200, or what else the backend answers
hello.local answers from 1 of 2 slots. A 502 all the same means that nothing
listens at http://172.17.0.2:80: docker logs hello.

LOOKED UP             FOUND
frontend:hello.local  routed

SLOT  BACKEND             OWNER        CONTAINER  STATE
0     http://172.17.0.2:80  self (here)  hello      alive
1     http://10.9.9.9:80    foreign      -          dead, 24 s left

ASKED BY  VERDICT  ROUTE, OR REASON AND REMEDY
hello     routed   hello.local -> http://172.17.0.2:80`.replace(
        'BACKEND             OWNER',
        'BACKEND               OWNER',
      ),
    );
  });
});

describe('a host whose backend failed requests', () => {
  const failure = {
    ...{ at: Date.UTC(2026, 10, 29, 18, 30), host: 'hello.local', method: 'GET', status: 502 },
    ...{ reason: 'closed', backend: 'http://172.17.0.2:80' },
  };
  const shown = (failures: readonly Failure[]) =>
    showHost(explainHost(FACTS, 'hello.local', new Map([['hello.local', failures]])), NARROW);

  test('is told with the last ones, and what the last means', () => {
    const text = shown([failure, { ...failure, reason: 'slow', status: 504 }]);
    expect(text.replace(/\s+/g, ' ')).toContain(
      'The last request that http://172.17.0.2:80 did not answer got 502: it closed the connection without an answer. A server of HTTPS does so where HTTP is spoken: then set the label autodock.scheme=https.',
    );
    expect(text).not.toContain('nothing');
    expect(text).toMatch(
      /NOT ANSWERED +REASON +BACKEND +REQUEST\n2026-11-29T18:30:00.000Z +502 closed/,
    );
    expect(text).toContain('504 slow');
  });

  test('is told as unproven where it accepted no connection', () => {
    const text = shown([{ ...failure, reason: 'unproven', method: null, status: null }]);
    expect(text.replace(/\s+/g, ' ')).toContain(
      'http://172.17.0.2:80 was unproven when a front last told of it: it accepted no connection of a front.',
    );
  });

  test('is not told of a backend that has gone, nor harmed by what a name holds', () => {
    const text = shown([{ ...failure, backend: 'http://10.0.0.1:80', reason: '\u001b[2J' }]);
    expect(text).toContain('means that nothing');
    expect(text).not.toContain('\u001b');
  });
});

describe('routes', () => {
  test('are told with weight, owner and dead marks', () => {
    const redis = FACTS.redis.kind === 'seen' ? FACTS.redis.facts : null;
    expect(redis === null ? '' : showRoutes(routesOf(redis, OWNER), NARROW)).toBe(
      `VHOST        BACKEND               WEIGHT  OWNER        STATE
hello.local  http://172.17.0.2:80  1       self (here)  alive
hello.local  http://10.9.9.9:80    1       foreign      dead, 24 s left`,
    );
  });

  test('are told with what containers are called, of tasks of a swarm by service and slot', () => {
    const redis = FACTS.redis.kind === 'seen' ? FACTS.redis.facts : null;
    const names = new Map([[shortOf(2), 'shop.12.n6yk1zu9jtcf9qwk4xkmzxbpt']]);
    expect(redis === null ? '' : showRoutes(routesOf(redis, OWNER, names), NARROW)).toBe(
      `VHOST        BACKEND               CONTAINER  WEIGHT  OWNER        STATE
hello.local  http://172.17.0.2:80  shop.12    1       self (here)  alive
hello.local  http://10.9.9.9:80               1       foreign      dead, 24 s
                                                                   left`,
    );
  });
});

describe('a hostile text', () => {
  test.each(HOSTILE.map((text) => [JSON.stringify(text).slice(0, 40), text]))(
    '%s acts on no terminal and breaks no line',
    (_name, text) => {
      const said = { name: text, labels: { [`autodock.${text}`]: text, 'autodock.host': text } };
      const facts = factsOf({
        containers: [
          asking(2, text, said),
          container(3, { env: { VIRTUAL_HOST: text, PORT: text } }),
        ],
        frontends: [observed(text, [text, URL])],
        marks: { [text]: { members: [text, '0'], expiresInMs: 1 } },
        owners: [{ engine: text, engineId: text }],
      });
      for (const shown of allOf(facts, NARROW, [text, 'a.local'])) {
        const lines = shown.split('\n');
        for (const line of lines) expect(line).not.toMatch(UNSAFE);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(80);
      }
    },
    30_000,
  );
});
