import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate and its key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a certificate for names or an address that is signed by itself and valid for a day. */
export async function selfSigned(...names: readonly string[]): Promise<KeyPair> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-certificate-'));
  const [keyFile, certificateFile] = [join(dir, 'key'), join(dir, 'certificate')];
  const alternatives = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`);
  try {
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '1', '-subj', `/CN=${names[0] ?? 'nobody'}`, '-keyout', keyFile],
      ...['-out', certificateFile, '-addext', `subjectAltName=${alternatives.join(',')}`],
    ]);
    const [certificate, key] = await Promise.all([
      readFile(certificateFile, 'utf8'),
      readFile(keyFile, 'utf8'),
    ]);
    return { certificate, key };
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** The same, but it ends so many days from now, in the past below 0. */
export async function selfSignedUntil(days: number, ...names: readonly string[]): Promise<KeyPair> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-certificate-'));
  const at = (name: string) => join(dir, name);
  try {
    await writeFile(at('config'), authorityConfig(dir, names));
    await writeFile(at('index'), '');
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const subject = ['-subj', `/CN=${names[0] ?? 'nobody'}`];
    await run('openssl', [
      'req',
      '-new',
      ...key,
      ...subject,
      '-keyout',
      at('key'),
      '-out',
      at('request'),
    ]);
    await run('openssl', [
      ...['ca', '-batch', '-notext', '-selfsign', '-config', at('config')],
      ...['-startdate', timeIn(days - 90), '-enddate', timeIn(days)],
      ...['-keyfile', at('key'), '-in', at('request'), '-out', at('certificate')],
    ]);
    const texts = ['certificate', 'key'].map((name) => readFile(at(name), 'utf8'));
    const [certificate = '', text = ''] = await Promise.all(texts);
    return { certificate, key: text };
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** As little as `openssl ca` wants, which alone takes a date in the past. */
function authorityConfig(dir: string, names: readonly string[]): string {
  return `[ca]
default_ca = own
[own]
database = ${dir}/index
new_certs_dir = ${dir}
default_md = sha256
rand_serial = yes
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = ${names.map((name) => `DNS:${name}`).join(',')}
`;
}

/** As ASN.1 has it: 20261129120000Z. */
function timeIn(days: number): string {
  const time = new Date(Date.now() + days * 86_400_000).toISOString();
  return `${time.slice(0, 19).replace(/\D/g, '')}Z`;
}
