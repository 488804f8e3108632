import { createPrivateKey } from 'node:crypto';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { selfSigned, selfSignedUntil } from '../parts/certificate.ts';
import { request } from '../parts/front.ts';
import { handshake } from '../parts/tls-client.ts';
import { useTlsFront } from '../parts/tls-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useTlsFront();

describe('certificates in the folder', () => {
  test('are presented by name, the exact one before the wildcard, without a reload', async () => {
    await rig.put('*.folder.test', await selfSigned('*.folder.test'));
    await rig.put('a.folder.test', await selfSigned('a.folder.test'));
    await rig.presents('b.folder.test', '*.folder.test');
    await rig.presents('a.folder.test', 'a.folder.test');
    await rig.presents('A.Folder.Test', 'a.folder.test');
    await rig.presents('b.a.folder.test', null);
    await rig.presents('folder.test', null);
  });

  test('may be in folders of their own, and written with an underscore for the star', async () => {
    const pair = await selfSigned('*.live.test');
    await mkdir(join(rig.folder, '_.live.test'));
    await writeFile(join(rig.folder, '_.live.test', 'fullchain.pem'), pair.certificate);
    await writeFile(join(rig.folder, '_.live.test', 'privkey.pem'), pair.key);
    await rig.presents('a.live.test', '*.live.test');
  });

  test('may be replaced one file after the other, and taken away', async () => {
    await rig.put('r.test', await selfSigned('r.test'));
    await rig.presents('r.test', 'r.test');
    const next = await selfSigned('renewed.test', 'r.test');
    await writeFile(join(rig.folder, 'r.test.new'), next.certificate);
    await rename(join(rig.folder, 'r.test.new'), join(rig.folder, 'r.test.crt'));
    const problem = 'the certificate of r.test cannot be read: its key belongs to another';
    await waitFor('the front to see that the key is another', async () => {
      expect((await handshake(rig.port, 'r.test')).name).toBe('r.test');
      expect(await rig.front.log()).toContain(problem);
    });
    await writeFile(join(rig.folder, 'r.test.key'), next.key);
    await rig.presents('r.test', 'renewed.test');
    await rm(join(rig.folder, 'r.test.crt'));
    await rig.presents('r.test', null);
  });

  test('that cannot be read hurt no other, and are named', async () => {
    await rig.put('junk.test', { certificate: 'no certificate', key: 'no key' });
    await rig.put('after.test', await selfSigned('after.test'));
    await rig.presents('after.test', 'after.test');
    await waitFor('the line', async () =>
      expect(await rig.front.log()).toContain('the certificate of junk.test cannot be read'),
    );
    expect((await handshake(rig.port, 'junk.test')).error).not.toBeNull();
  });
});

describe('a pair in the folder', () => {
  test('serves every name that it holds, wildcards among them', async () => {
    await rig.put(
      'mine',
      await selfSigned('first.names.test', 'Second.names.test', '*.third.test'),
    );
    await rig.presents('first.names.test', 'first.names.test');
    await rig.presents('second.names.test', 'first.names.test');
    await rig.presents('x.third.test', 'first.names.test');
    await rig.presents('x.x.third.test', null);
    await rig.presents('third.test', null);
  });

  test('gives way to one that is named for a host, and to one that still is valid', async () => {
    await rig.put('several', await selfSigned('of-several', 'own.names.test', 'ends.names.test'));
    await rig.presents('own.names.test', 'of-several');
    await rig.put('own.names.test', await selfSigned('of-one', 'own.names.test'));
    await rig.presents('own.names.test', 'of-one');
    await rig.put('ends.names.test', await selfSignedUntil(-1, 'ended', 'ends.names.test'));
    await rig.put('other.names.test', await selfSigned('other.names.test'));
    await rig.presents('other.names.test', 'other.names.test');
    expect((await handshake(rig.port, 'ends.names.test')).name).toBe('of-several');
  });

  test('that lies as certbot leaves it is read through its links', async () => {
    const live = join(rig.folder, 'live', 'certbot.test');
    const archive = join(rig.folder, 'archive', 'certbot.test');
    for (const folder of [live, archive]) await mkdir(folder, { recursive: true });
    for (const [n, name] of ['certbot.test', 'renewed'].entries()) {
      const pair = await selfSigned(name, 'certbot.test');
      await writeFile(join(archive, `fullchain${n}.pem`), pair.certificate);
      await writeFile(join(archive, `privkey${n}.pem`), pair.key);
      for (const file of ['fullchain', 'privkey']) {
        await symlink(`../../archive/certbot.test/${file}${n}.pem`, join(live, `${file}.new`));
        await rename(join(live, `${file}.new`), join(live, `${file}.pem`));
      }
      await rig.presents('certbot.test', name);
    }
    await writeFile(join(rig.folder, 'live', 'README'), 'about this folder');
    await rm(join(rig.folder, 'live'), { recursive: true });
    await rig.presents('certbot.test', null);
  });
});

describe('what is wrong in the folder', () => {
  /** Waits until the status and the log name a problem; how many lines do. */
  async function told(name: string, problem: string): Promise<number> {
    const lines = async () =>
      (await rig.front.log())
        .split('\n')
        .filter((line) => line.includes(`the certificate of ${name} cannot be read: `))
        .filter((line) => line.includes(problem));
    await waitFor(`the problem of ${name}`, async () => {
      const { problems } = (await rig.front.status()).certificates;
      const known = problems.find((one) => one.name === name);
      expect(known?.problem ?? '').toContain(problem);
      expect(await lines()).not.toEqual([]);
    });
    return (await lines()).length;
  }

  test('is told in one line and in the status: a missing key, a missing certificate', async () => {
    const { certificate, key } = await selfSigned('half.test');
    await writeFile(join(rig.folder, 'half.test.crt'), certificate);
    await writeFile(join(rig.folder, 'other-half.test.key'), key);
    expect(await told('half.test', 'half.test.key: there is no such file')).toBe(1);
    expect(await told('other-half.test', 'other-half.test.crt: there is no such file')).toBe(1);
    await writeFile(join(rig.folder, 'half.test.key'), key);
    await rig.presents('half.test', 'half.test');
    await waitFor('it to be over', async () => {
      const { problems } = (await rig.front.status()).certificates;
      expect(problems.map(({ name }) => name)).not.toContain('half.test');
    });
  });

  test('is told: a link that leads nowhere, as where one part of certbot’s folder is mounted', async () => {
    await mkdir(join(rig.folder, 'linked.test'));
    for (const file of ['fullchain', 'privkey']) {
      await symlink(`../../no/${file}1.pem`, join(rig.folder, 'linked.test', `${file}.pem`));
    }
    expect(await told('linked.test', 'is a link to what is not there')).toBe(1);
  });

  test('is told: a link in a circle, and a folder in place of a file', async () => {
    const { certificate, key } = await selfSigned('circle.test');
    await rig.put('circle.test', { certificate, key });
    await rig.presents('circle.test', 'circle.test');
    await symlink('circle.test.key', join(rig.folder, 'circle.test.link'));
    await rename(join(rig.folder, 'circle.test.link'), join(rig.folder, 'circle.test.key'));
    expect(await told('circle.test', 'circle.test.key: Too many levels of symbolic links')).toBe(1);
    await rig.presents('circle.test', 'circle.test');
    await rm(join(rig.folder, 'circle.test.key'));
    await mkdir(join(rig.folder, 'circle.test.key'));
    expect(await told('circle.test', 'circle.test.key: is not a file')).toBe(1);
  });

  test('is told: what is no certificate, or no key without a passphrase', async () => {
    const { certificate, key } = await selfSigned('locked.test');
    const locked = createPrivateKey(key).export({
      ...{ type: 'pkcs8', format: 'pem' },
      ...{ cipher: 'aes-256-cbc', passphrase: 'secret' },
    });
    await rig.put('locked.test', { certificate, key: String(locked) });
    await rig.put('no-pem.test', { certificate: 'none', key });
    expect(await told('locked.test', 'its key is none (PEM, without a passphrase)')).toBe(1);
    expect(await told('no-pem.test', 'it holds no certificate (PEM)')).toBe(1);
  });

  test('is not a folder or a file that is nothing of the kind', async () => {
    await mkdir(join(rig.folder, 'lost+found'));
    await writeFile(join(rig.folder, 'README'), 'about this folder, as in that of certbot');
    await rig.put('late.test', await selfSigned('late.test'));
    await rig.presents('late.test', 'late.test');
    const names = (await rig.front.status()).certificates.problems.map(({ name }) => name);
    for (const name of ['lost+found', 'readme']) expect(names).not.toContain(name);
  });
});

describe('when certificates end', () => {
  test('is told of the one that ends first, whether it is in the folder or in Redis', async () => {
    await rig.put('ends.test', await selfSignedUntil(-3.5, 'ends.test'));
    await endsFirst('ends.test', -4);
    await rig.store('earlier.test', await selfSignedUntil(-5.5, 'earlier.test'));
    await rig.presents('earlier.test', 'earlier.test');
    await endsFirst('earlier.test', -6);
    await rig.redis.client.del('tls:earlier.test');
    await rig.presents('earlier.test', null);
    await endsFirst('ends.test', -4);
  });

  async function endsFirst(name: string, days: number): Promise<void> {
    await waitFor(`${name} to be told`, async () => {
      const { certificates } = await rig.front.status();
      expect([certificates.ends_first, certificates.days_left]).toEqual([name, days]);
      const { body } = await request(rig.front.statusPort, 'localhost', '/metrics');
      const [, left] = /^autodock_front_certificate_expiry_seconds (\S+)$/m.exec(body) ?? [];
      expect(Math.floor(Number(left) / 86_400)).toBe(days);
    });
  }
});

describe('certificates in Redis', () => {
  test('are presented by name, the exact one before the wildcard', async () => {
    await rig.store('*.redis.test', await selfSigned('*.redis.test'));
    await rig.store('a.redis.test', await selfSigned('a.redis.test'));
    await rig.presents('a.redis.test', 'a.redis.test');
    await rig.presents('b.redis.test', '*.redis.test');
  });

  test('give way to one of the same name in the folder', async () => {
    await rig.store('both.test', await selfSigned('from-redis', 'both.test'));
    await rig.presents('both.test', 'from-redis');
    await rig.put('both.test', await selfSigned('from-folder', 'both.test'));
    await rig.presents('both.test', 'from-folder');
  });

  test('serve on while Redis is away', async () => {
    await rig.store('kept.test', await selfSigned('kept.test'));
    await rig.presents('kept.test', 'kept.test');
    rig.redis.kill('SIGSTOP');
    try {
      await rig.presents('kept.test', 'kept.test');
    } finally {
      rig.redis.kill('SIGCONT');
    }
  });

  test('that are broken or of the wrong type refuse their name alone', async () => {
    await rig.redis.client.hset('tls:broken.test', { certificate: 'x', key: 'y' });
    await rig.redis.client.set('tls:text.test', 'text');
    await rig.store('fine.test', await selfSigned('fine.test'));
    await rig.presents('fine.test', 'fine.test');
    await rig.presents('broken.test', null);
    await rig.presents('text.test', null);
    await rig.presents('fine.test', 'fine.test');
  });
});
