import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type Dockerode from 'dockerode';

/**
 * Variants of the test image, which differ in what they declare: no port, port 80, three ports (80 and
 * 8080 of TCP, 53 of UDP), a single port that is not 80, and a HEALTHCHECK that asks for `/healthy`.
 */
export const IMAGE_VARIANTS = ['bare', 'web', 'ports', 'single', 'health'] as const;
export type ImageVariant = (typeof IMAGE_VARIANTS)[number];

const DECLARATIONS: Readonly<Record<ImageVariant, readonly string[]>> = {
  bare: [],
  web: ['EXPOSE 80'],
  ports: ['EXPOSE 80 8080 53/udp'],
  single: ['EXPOSE 3000'],
  health: [
    'EXPOSE 80',
    'HEALTHCHECK --interval=200ms --timeout=5s --retries=1 CMD test -e /healthy',
  ],
};

const BUSYBOX = '/bin/busybox';
const APPLETS = [
  'sh',
  'httpd',
  'sleep',
  'mkdir',
  'echo',
  'test',
  'touch',
  'rm',
  'kill',
  'cat',
  'nc',
];

/**
 * PID 1: answers `<NAME> <port>` on every port of LISTEN, and ends at once when it is told to (a shell
 * without a trap ignores TERM as PID 1).
 */
const SERVE = `#!/bin/sh
trap 'exit 0' TERM INT
for port in \${LISTEN:-80}; do
  mkdir -p /www/$port
  echo "\${NAME:-nameless} $port" > /www/$port/index.html
  httpd -p "$port" -h "/www/$port"
done
while :; do sleep 3600 & wait $!; done
`;

/**
 * The name of the test image in a variant; made on the engine by `docker import` if it is not there yet.
 * The name follows from the content, so that it is made once per engine and never stale.
 */
export async function testImage(docker: Dockerode, variant: ImageVariant): Promise<string> {
  const repo = await repository();
  const name = `${repo}:${variant}`;
  if (await isThere(docker, name)) return name;
  const dir = await mkdtemp(join(tmpdir(), 'autodock-image-'));
  try {
    const archive = createReadStream(await packRoot(dir));
    const changes = ['CMD ["/bin/serve"]', ...DECLARATIONS[variant]];
    const options = { repo, tag: variant, changes };
    const progress = (await docker.importImage(archive, options)) as NodeJS.ReadableStream;
    for await (const _line of progress);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return name;
}

let known: Promise<string> | undefined;

/** Named once by each process: hundreds of containers ask for it. */
function repository(): Promise<string> {
  known ??= readFile(BUSYBOX).then((busybox) => {
    const content = createHash('sha256').update(SERVE).update(JSON.stringify(DECLARATIONS));
    return `autodock-test-${content.update(busybox).digest('hex').slice(0, 12)}`;
  });
  return known;
}

async function isThere(docker: Dockerode, name: string): Promise<boolean> {
  const images = await docker.listImages({ filters: { reference: [name] } });
  return images.length > 0;
}

async function packRoot(dir: string): Promise<string> {
  const root = join(dir, 'root');
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(join(root, 'tmp'));
  await copyFile(BUSYBOX, join(root, 'bin/busybox'));
  for (const applet of APPLETS) await symlink('busybox', join(root, 'bin', applet));
  await writeFile(join(root, 'bin/serve'), SERVE);
  await chmod(join(root, 'bin/serve'), 0o755);
  const archive = join(dir, 'root.tar');
  await promisify(execFile)('tar', ['-C', root, '-cf', archive, '.']);
  return archive;
}
