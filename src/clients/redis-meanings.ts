import type { ErrorCode } from '../errors.ts';

/** Whom a failure is about. */
export interface RedisPeer {
  /** Without any secret. */
  readonly address: string;
  /** The user that the URL names; Redis calls the one without a name `default`. */
  readonly user: string;
  readonly keyPrefix: string;
  /** That the command named; missing: not known. */
  readonly keys?: readonly string[];
}

/** What words mean: the code, and how to say it. */
export type Meanings = readonly (readonly [
  RegExp,
  ErrorCode,
  (peer: RedisPeer, text: string) => string,
])[];

/** Whether the URL asks for TLS. */
export const isTls = ({ address }: RedisPeer): boolean => address.startsWith('rediss');

/** What goes wrong before Redis says a word. */
export const TLS_MEANINGS: Meanings = [
  [
    /certificate required|handshake failure|bad certificate|alert unknown ca/i,
    'redis-refused',
    ({ address }) =>
      `Redis at ${address} wants a client certificate that its CA signed; set redis.tls.cert and redis.tls.key (AUTODOCK_REDIS_TLS_CERT, AUTODOCK_REDIS_TLS_KEY)`,
  ],
  [
    /alert certificate expired/i,
    'redis-refused',
    ({ address }) =>
      `Redis at ${address} says that the certificate which it is shown is over; renew that in redis.tls.cert (AUTODOCK_REDIS_TLS_CERT)`,
  ],
  [
    /certificate has expired|\bCERT_HAS_EXPIRED\b/i,
    'redis-unreachable',
    ({ address }) => `Redis at ${address} shows a certificate that is over; renew it`,
  ],
  [
    /self-signed certificate|unable to (?:verify|get)/i,
    'redis-unreachable',
    ({ address }, text) =>
      `Redis at ${address} shows a certificate of a CA that is not trusted (${text}); name its CA in redis.tls.ca (AUTODOCK_REDIS_TLS_CA)`,
  ],
  [
    /altnames|does not match certificate/i,
    'redis-unreachable',
    ({ address }, text) =>
      `Redis at ${address} shows a certificate for another name (${text}); write that name into AUTODOCK_REDIS_URL`,
  ],
  [
    /wrong version number|packet length too long/i,
    'redis-unreachable',
    ({ address }) =>
      `Redis at ${address} does not speak TLS at that port; write redis:// into AUTODOCK_REDIS_URL, or its TLS port`,
  ],
];
