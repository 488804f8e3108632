import { execFile, spawnSync } from 'node:child_process';
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

test.for([
  ['auto', 'public', '', 'pulled public/a\npulled public/b'],
  [
    'auto',
    'public',
    'no network',
    'the base images cannot be pulled: no network\n  deploy/up without --update goes on',
  ],
  ['auto', 'local', '', 'made debian\nmade the rest'],
  ['local', 'public', '', 'made debian\nmade the rest'],
  ['auto', 'none', 'no network', 'made debian\nmade the rest'],
] as const)(
  'deploy/up --update with AUTODOCK_BASE=%s, where the images are %s and the registry says %j',
  async ([base, here, refusal, outcome]) => {
    const script = `
    ROOT=$PWD; . deploy/lib/say.sh; . deploy/lib/settings.sh; . deploy/lib/base.sh
    LOG=$(mktemp); update_all; step() { :; }; during() { shift 2; "$@"; }; DOCKER=false
    base_images() { echo public/a public/b; }
    has_image() { case $1 in public/*) [ ${here} = public ] ;; *) [ ${here} = local ] ;; esac; }
    pull() { [ -n '${refusal}' ] || { echo "pulled $1" >&2; return; }; echo '${refusal}' >>"$LOG"; return 1; }
    make_debian() { echo 'made debian' >&2; }; make_redis_and_node() { echo 'made the rest' >&2; }; tell_age() { :; }
    choose_base`;

    const { stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, AUTODOCK_BASE: base },
    });

    expect(stderr).toContain(outcome);
  },
);

test.for([
  [31, '31 days old; deploy/up --update makes them anew'],
  [29, ''],
] as const)(
  'base images that were made here %i days ago are told to be old: %s',
  ([days, word]) => {
    const made = new Date(Date.now() - days * 86_400_000 - 60_000).toISOString();
    const script = `ROOT=$PWD; . deploy/lib/say.sh; . deploy/lib/base.sh
    images() { echo ${made.replace('Z', '123456Z')}; }; DOCKER=images; tell_age`;

    const { stdout } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });

    expect(stdout).toContain(word);
    expect(stdout.trim().split('\n').filter(Boolean)).toHaveLength(word === '' ? 0 : 1);
  },
);
