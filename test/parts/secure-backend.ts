import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { type Backend, serve } from './backend.ts';
import { selfSigned } from './certificate.ts';

/** A backend that speaks TLS. */
export interface SecureBackend extends Backend {
  /** PEM, signed by itself. */
  readonly certificate: string;
}

/** Answers each request as the listener does, with a certificate for this name or address. */
export async function startSecureBackend(
  listener: RequestListener,
  name = '127.0.0.1',
): Promise<SecureBackend> {
  const { certificate, key } = await selfSigned(name);
  const backend = await serve(createServer({ cert: certificate, key }, listener));
  return { ...backend, certificate, url: backend.url.replace('http:', 'https:') };
}
