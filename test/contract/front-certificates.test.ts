import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { selfSigned } from '../parts/certificate.ts';
import { handshake } from '../parts/tls-client.ts';
import { useTlsFront } from '../parts/tls-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useTlsFront();

describe('certificates in the folder', () => {
  it('are presented by name, the exact one before the wildcard, without a reload', async () => {
    await rig.put('*.folder.test', await selfSigned('*.folder.test'));
    await rig.put('a.folder.test', await selfSigned('a.folder.test'));
    await rig.presents('b.folder.test', '*.folder.test');
    await rig.presents('a.folder.test', 'a.folder.test');
    await rig.presents('A.Folder.Test', 'a.folder.test');
    await rig.presents('b.a.folder.test', null);
    await rig.presents('folder.test', null);
  });

  it('may be in folders of their own, and written with an underscore for the star', async () => {
    const pair = await selfSigned('*.live.test');
    await mkdir(join(rig.folder, '_.live.test'));
    await writeFile(join(rig.folder, '_.live.test', 'fullchain.pem'), pair.certificate);
    await writeFile(join(rig.folder, '_.live.test', 'privkey.pem'), pair.key);
    await rig.presents('a.live.test', '*.live.test');
  });

  it('may be replaced one file after the other, and taken away', async () => {
    await rig.put('r.test', await selfSigned('r.test'));
    await rig.presents('r.test', 'r.test');
    const next = await selfSigned('renewed.test', 'r.test');
    await writeFile(join(rig.folder, 'r.test.new'), next.certificate);
    await rename(join(rig.folder, 'r.test.new'), join(rig.folder, 'r.test.crt'));
    const refusal = 'the certificate of r.test cannot be used';
    await waitFor('the front to see that the key is another', async () => {
      expect((await handshake(rig.port, 'r.test')).name).toBe('r.test');
      expect(await rig.front.log()).toContain(refusal);
    });
    await writeFile(join(rig.folder, 'r.test.key'), next.key);
    await rig.presents('r.test', 'renewed.test');
    await rm(join(rig.folder, 'r.test.crt'));
    await rig.presents('r.test', null);
  });

  it('that cannot be read hurt no other, and are named', async () => {
    await rig.put('junk.test', { certificate: 'no certificate', key: 'no key' });
    await rig.put('after.test', await selfSigned('after.test'));
    await rig.presents('after.test', 'after.test');
    expect(await rig.front.log()).toContain('the certificate of junk.test cannot be read');
    expect((await handshake(rig.port, 'junk.test')).error).not.toBeNull();
  });
});

describe('certificates in Redis', () => {
  it('are presented by name, the exact one before the wildcard', async () => {
    await rig.store('*.redis.test', await selfSigned('*.redis.test'));
    await rig.store('a.redis.test', await selfSigned('a.redis.test'));
    await rig.presents('a.redis.test', 'a.redis.test');
    await rig.presents('b.redis.test', '*.redis.test');
  });

  it('give way to one of the same name in the folder', async () => {
    await rig.store('both.test', await selfSigned('from-redis', 'both.test'));
    await rig.presents('both.test', 'from-redis');
    await rig.put('both.test', await selfSigned('from-folder', 'both.test'));
    await rig.presents('both.test', 'from-folder');
  });

  it('serve on while Redis is away', async () => {
    await rig.store('kept.test', await selfSigned('kept.test'));
    await rig.presents('kept.test', 'kept.test');
    rig.redis.kill('SIGSTOP');
    try {
      await rig.presents('kept.test', 'kept.test');
    } finally {
      rig.redis.kill('SIGCONT');
    }
  });

  it('that are broken or of the wrong type refuse their name alone', async () => {
    await rig.redis.client.hset('tls:broken.test', { certificate: 'x', key: 'y' });
    await rig.redis.client.set('tls:text.test', 'text');
    await rig.store('fine.test', await selfSigned('fine.test'));
    await rig.presents('fine.test', 'fine.test');
    await rig.presents('broken.test', null);
    await rig.presents('text.test', null);
    await rig.presents('fine.test', 'fine.test');
  });
});
