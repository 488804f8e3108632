import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
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
