import { isDecodable } from './socket-url.ts';

/** A Redis that Sentinels name: who they are, what they call it, and how to enter it. */
export interface SentinelPlace {
  readonly sentinels: readonly HostAndPort[];
  /** The master's name at the Sentinels. */
  readonly name: string;
  readonly db: number;
  /** Of Redis; a Sentinel gets them if it asks for a password. Empty: none. */
  readonly username: string;
  readonly password: string;
  readonly secure: boolean;
}

/** Where something listens. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

const SENTINEL_PORT = 26_379;
const LARGEST_PORT = 65_535;
const FORM =
  /^redis(s?)\+sentinel:\/\/(?:([^\s@/:]*):([^\s@/]*)@)?([^\s@/?#]+)\/([\w.-]+)(?:\/(\d{1,4}))?$/;
const ONE = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/;

/** Whether it is meant to be such a URL, well written or not. */
export const isSentinelUrl = (text: string): boolean => /^rediss?\+sentinel:/.test(text);

/**
 * Reads `redis+sentinel://user:password@h1:26379,h2:26379/NAME/0`, `rediss+sentinel://` with TLS to Sentinels and
 * Redis. null: it is not well written.
 */
export function readSentinelUrl(text: string): SentinelPlace | null {
  const [, tls, user = '', secret = '', hosts = '', name = '', db = '0'] = FORM.exec(text) ?? [];
  const sentinels = hosts.split(',').flatMap(readOne);
  if (sentinels.length < hosts.split(',').length || !isDecodable(user) || !isDecodable(secret)) {
    return null;
  }
  const [username, password] = [decodeURIComponent(user), decodeURIComponent(secret)];
  return { sentinels, name, db: Number(db), username, password, secure: tls === 's' };
}

function readOne(text: string): readonly HostAndPort[] {
  const [matched, six, other, digits] = ONE.exec(text) ?? [];
  const port = Number(digits ?? SENTINEL_PORT);
  const host = six ?? other ?? '';
  return matched === undefined || port < 1 || port > LARGEST_PORT ? [] : [{ host, port }];
}
