import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BareMachine, lastWords, openBareMachine } from '../parts/bare-machine.ts';

/** Engines, clients and plugins by the Debian suite that they come from. */
const ENGINES = (process.env.CLIENTS_ENGINES ?? 'bookworm,trixie,sid').split(',');

const VERSIONS = {
  client: { bookworm: '20.10', trixie: '26', sid: '28' },
  buildx: { none: 'none', trixie: '0.13', sid: '0.29' },
  compose: { bookworm: '1.29', trixie: '2.26', sid: '2.40' },
} as const;

type Client = keyof typeof VERSIONS.client;
type Buildx = keyof typeof VERSIONS.buildx;
type Compose = keyof typeof VERSIONS.compose;

const COMBINATIONS = (['bookworm', 'trixie', 'sid'] as const).flatMap((client) =>
  (['none', client === 'sid' ? 'sid' : 'trixie'] as const).flatMap((buildx) =>
    // Version 1 last: it cannot give a CA to a build, and goes on from what others have built.
    (['trixie', 'sid', 'bookworm'] as const).map((compose) => ({ client, buildx, compose })),
  ),
);

/** Compose 2.40 builds with buildx of at least 0.17; version 1 by a client, which from 23 on builds with buildx. */
function refusalOf(client: Client, buildx: Buildx, compose: Compose): RegExp | null {
  const lacks =
    (compose === 'sid' && buildx !== 'sid') ||
    (compose === 'bookworm' && client !== 'bookworm' && buildx === 'none');
  return lacks
    ? /^deploy\/up: this Docker builds with buildx, which is missing or too old.*\n {2}Install it: the package docker-buildx/
    : null;
}

/** What `deploy/up` makes once: where it stands, each pair begins with what it builds on that. */
const BASES = ['autodock-base:debian', 'autodock-base:redis', 'autodock-base:node'];

const rows: string[] = [];
let machine: BareMachine;

beforeAll(async () => {
  machine = await openBareMachine('bookworm');
  const { code, stderr } = await machine.run('bash', 'test/clients/engines.sh', 'unpack');
  expect(code, stderr).toBe(0);
}, 900_000);

afterAll(async () => {
  process.stdout.write(
    `\n| engine | client | buildx | Compose | deploy/up --demo |\n${rows.join('\n')}\n`,
  );
  await machine.stop();
}, 300_000);

describe.for(ENGINES)('the engine of %s', (engine) => {
  let version: string;

  beforeAll(async () => {
    const { code, stdout, stderr } = await machine.run(
      'bash',
      'test/clients/engines.sh',
      'start',
      engine,
    );
    expect(code, stderr).toBe(0);
    version = stdout.trim();
    await machine.takeImages('/opt/sid/usr/bin/docker', ...BASES);
  }, 300_000);

  test.for(COMBINATIONS)(
    'with the client of $client, buildx of $buildx and Compose of $compose comes to an answered request, or tells why not',
    async ({ client, buildx, compose }) => {
      const dir = `/tmp/${engine}-${client}-${buildx}-${compose}`;
      const startedAt = performance.now();

      const { code, stdout, stderr } = await machine.bash(`
        bash test/clients/engines.sh pair ${dir} ${client} ${buildx === 'none' ? '-' : buildx} ${compose}
        export PATH=${dir}/bin:$PATH DOCKER_CONFIG=${dir}/config
        deploy/down --volumes; deploy/up --demo`);

      const seconds = Math.round((performance.now() - startedAt) / 1000);
      const outcome =
        code === 0 ? `answered, ${seconds} s` : lastWords(stderr).replaceAll(/\s*\n\s*/g, '. ');
      rows.push(
        `| ${version} | ${VERSIONS.client[client]} | ${VERSIONS.buildx[buildx]} | ${VERSIONS.compose[compose]} | ${outcome} |`,
      );
      const refusal = refusalOf(client, buildx, compose);
      if (refusal === null) {
        expect(code, `${stdout}\n${stderr}`).toBe(0);
        expect(stdout).toContain('Hello from the container');
      } else {
        expect(lastWords(stderr)).toMatch(refusal);
      }
    },
  );
});
