import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** A registry on this host with one image of nothing: enough for an engine to pull it. */
export interface TinyRegistry {
  /** `127.0.0.1:<port>/<name>:latest`; engines ask such hosts without TLS. */
  readonly image: string;
  close(): Promise<void>;
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const EMPTY_TAR = Buffer.alloc(1_024);

const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** @param name of the image: unique, as engines keep it by that name */
export async function startTinyRegistry(name: string): Promise<TinyRegistry> {
  const layer = gzipSync(EMPTY_TAR);
  const config = Buffer.from(
    JSON.stringify({
      ...{ architecture: 'amd64', os: 'linux', config: { Labels: { name } } },
      rootfs: { type: 'layers', diff_ids: [digestOf(EMPTY_TAR)] },
    }),
  );
  const part = (mediaType: string, bytes: Buffer) => ({
    ...{ mediaType: `application/vnd.docker.${mediaType}` },
    ...{ size: bytes.length, digest: digestOf(bytes) },
  });
  const manifest = Buffer.from(
    JSON.stringify({
      ...{ schemaVersion: 2, mediaType: MANIFEST },
      config: part('container.image.v1+json', config),
      layers: [part('image.rootfs.diff.tar.gzip', layer)],
    }),
  );
  const blobs = new Map([layer, config].map((bytes) => [digestOf(bytes), bytes]));
  const server = createServer(({ url = '', method }, reply) => {
    const blob = blobs.get(url.split('/blobs/')[1] ?? '');
    const body = blob ?? (url.includes('/manifests/') ? manifest : Buffer.from('{}'));
    reply.writeHead(200, {
      'content-type': body === manifest ? MANIFEST : 'application/octet-stream',
      'content-length': body.length,
      'docker-content-digest': digestOf(body),
      'docker-distribution-api-version': 'registry/2.0',
    });
    reply.end(method === 'HEAD' ? undefined : body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    image: `127.0.0.1:${port}/${name}:latest`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
