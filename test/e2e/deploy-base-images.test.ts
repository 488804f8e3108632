import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('every file builds from the same base images', async () => {
  const files = ['Dockerfile', 'deploy/compose.yaml', 'deploy/base/compose.yaml'];
  const monitoring = ['monitoring/grafana', 'monitoring/prometheus'];
  for (const part of ['demo', 'docker-proxy', 'hipache', 'https', 'redis', ...monitoring]) {
    files.push(`deploy/${part}/Dockerfile`);
  }
  const text = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('');

  const named = text.match(/(?<=_IMAGE(=|:-))[a-z/]+:[\w.-]+/g);

  expect([...new Set(named)].toSorted((a, b) => a.localeCompare(b))).toEqual([
    expect.stringMatching(/^caddy:/),
    expect.stringMatching(/^debian:/),
    expect.stringMatching(/^grafana\/grafana:/),
    expect.stringMatching(/^node:24\./),
    expect.stringMatching(/^prom\/prometheus:/),
    expect.stringMatching(/^redis:/),
  ]);
});

test.for([
  ['no', 'monitoring', 'prometheus', 'left out: Debian has none. Bring grafana/grafana:1 here'],
  ['no', 'monitoring,https', 'prometheus,https', 'left out'],
  ['yes', 'monitoring', 'monitoring', ''],
] as const)(
  'Grafana here: %s, profiles %s: base images made here serve %s',
  async ([here, profiles, left, word]) => {
    const script = `
    ROOT=$PWD; . deploy/lib/say.sh; . deploy/lib/base.sh
    compose() { echo '        GRAFANA_IMAGE: grafana/grafana:1'; }
    has_image() { [ ${here} = yes ] && [ "$1" = grafana/grafana:1 ]; }
    leave_out_grafana; echo "$COMPOSE_PROFILES"`;

    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      env: { PATH: process.env.PATH, COMPOSE_PROFILES: profiles },
    });

    const lines = stdout.trimEnd().split('\n');
    expect(lines.pop()).toBe(left);
    expect(lines.join()).toContain(word);
    expect(lines).toHaveLength(here === 'yes' ? 0 : 1);
  },
);
