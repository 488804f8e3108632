import { ApplyError, type ErrorCode, messageOf, ObserveError } from '../errors.ts';
import { isTls, type Meanings, type RedisPeer, TLS_MEANINGS } from './redis-meanings.ts';

/** A failure in words that say what to do. */
export interface RedisFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What the beginning of Redis' own words, or the client's, means. The first that fits counts. */
const MEANINGS: Meanings = [
  ...TLS_MEANINGS,
  [
    /No such master/,
    'redis-refused',
    ({ address }) =>
      `The Sentinels of ${address} know nothing of a master of that name; write the one that they monitor into AUTODOCK_REDIS_URL (redis+sentinel://host:26379/NAME)`,
  ],
  [
    /timed out|socket timeout|etimedout/i,
    'redis-timeout',
    (peer, text) => {
      // A plain Redis takes the first message of TLS for the beginning of a command, and waits for the rest.
      const isMute = isTls(peer) && /etimedout/i.test(text);
      const hint = isMute ? '; if its port is one without TLS, write redis://' : '';
      return `Redis at ${peer.address} does not answer (${text})${hint}`;
    },
  ],
  [/\bNOPERM\b|user executing the script can't|\bACL failure\b/, 'redis-refused', noPermission],
  [
    /\bNOAUTH\b/,
    'redis-refused',
    ({ address }) =>
      `Redis at ${address} wants a password; write it into AUTODOCK_REDIS_URL (redis://user:password@host)`,
  ],
  [
    /\bWRONGPASS\b|invalid password|invalid username/i,
    'redis-refused',
    ({ address, user }) =>
      `Redis at ${address} refuses the password of user ${user}; mend AUTODOCK_REDIS_URL`,
  ],
  [
    /\bDB index\b/,
    'redis-refused',
    ({ address }) =>
      `Redis at ${address} has no database of that number; write one below its setting databases into AUTODOCK_REDIS_URL`,
  ],
  [
    /\bREADONLY\b/,
    'redis-refused',
    ({ address }) =>
      `Redis at ${address} is a read-only replica; point AUTODOCK_REDIS_URL to the master`,
  ],
  [
    /\bNOREPLICAS\b/,
    'redis-refused',
    ({ address }) =>
      `Redis at ${address} takes no writes while it has too few replicas that follow it; bring them back, or lower its min-replicas-to-write`,
  ],
  [
    /\bLOADING\b/,
    'redis-unreachable',
    ({ address }) => `Redis at ${address} is still loading its data; autodock waits`,
  ],
  [
    /\bMASTERDOWN\b/,
    'redis-unreachable',
    ({ address }) => `Redis at ${address} is a replica that has lost its master`,
  ],
  [
    /\bUNSYNCED\b/,
    'redis-unreachable',
    ({ address }) =>
      `Redis at ${address} is a replica that has nothing yet of what its master holds; wait until it has (INFO replication: master_link_status:up), or point AUTODOCK_REDIS_URL to the master`,
  ],
  [
    /\bMISCONF\b/,
    'redis-refused',
    ({ address }) =>
      `Redis at ${address} cannot save to disk and so takes no writes; look at its log and its disk`,
  ],
  [
    /\bOOM\b/,
    'redis-refused',
    ({ address }) => `Redis at ${address} is out of memory; raise its maxmemory`,
  ],
  [
    /\bBUSY\b/,
    'redis-refused',
    ({ address }) =>
      `Redis at ${address} is busy with a script of somebody else (SCRIPT KILL ends it)`,
  ],
  [
    /\b(?:MOVED|CROSSSLOT|CLUSTERDOWN)\b|cluster_enabled/,
    'redis-cluster',
    ({ address }) =>
      `Redis at ${address} is a Redis Cluster, which hipache and autodock cannot use; point AUTODOCK_REDIS_URL to a single Redis`,
  ],
  [
    /redis_mode:sentinel/,
    'redis-refused',
    ({ address }) =>
      `At ${address} is a Sentinel and no Redis; write redis+sentinel://host:26379/NAME into AUTODOCK_REDIS_URL, with what it calls the master`,
  ],
  [/\bWRONGTYPE\b/, 'redis-malformed', wrongType],
  [
    /^(?:ERR|WRONG|UNKNOWN|[A-Z]{4,}) /,
    'redis-refused',
    ({ address }, text) => `Redis at ${address} refuses: ${text}`,
  ],
];

/** What went wrong, named by address and remedy, never with a secret. */
export function describeFailure(thrown: unknown, peer: RedisPeer): RedisFailure {
  const text = wordsOf(thrown);
  const meaning = MEANINGS.find(([pattern]) => pattern.test(text));
  if (meaning === undefined) {
    return {
      code: 'redis-unreachable',
      message: `Redis at ${peer.address} cannot be reached: ${text}${connectRemedy(text, peer)}`,
    };
  }
  const [, code, describe] = meaning;
  return { code, message: describe(peer, text) };
}

/** Of a replica without its master; `seconds`: for how long, if it tells. */
export function describeStale(seconds: number | null, { address }: RedisPeer): string {
  const since = seconds === null ? '' : ` for ${seconds} s`;
  return `Redis at ${address} is a replica that has not reached its master${since}: what it shows may be old`;
}

/** Nobody is there; or somebody who hangs up at the first word, as a port with TLS does. */
function connectRemedy(text: string, peer: RedisPeer): string {
  if (/\bECONNRESET\b/.test(text)) {
    return isTls(peer)
      ? ' (if it wants a client certificate: is that in redis.tls.cert, AUTODOCK_REDIS_TLS_CERT, one that its CA signed, and not over?)'
      : ' (if its port is one with TLS, write rediss:// into AUTODOCK_REDIS_URL)';
  }
  return /\b(?:ENOENT|ECONNREFUSED|ENOTFOUND)\b/.test(text)
    ? ' (does it run, and is AUTODOCK_REDIS_URL right?)'
    : '';
}

/** Whether a command went down with its connection, and says nothing of why. */
export function isCollateral(thrown: unknown): boolean {
  return /max retries|connection is closed|connection close|writeable/i.test(messageOf(thrown));
}

/** Redis will say the same again until a person acts, so that asking often helps nobody. */
export function needsPerson(thrown: unknown): boolean {
  return /\b(?:NOAUTH|WRONGPASS|DB index)\b|invalid password|cluster_enabled|redis_mode:sentinel/i.test(
    messageOf(thrown),
  );
}

/** Wraps what a read ended with. */
export function readError(thrown: unknown, peer: RedisPeer): ObserveError {
  const { code, message } = describeFailure(thrown, peer);
  return new ObserveError(code, message, { cause: withoutArguments(thrown) });
}

/** Wraps what a write ended with; `consequence` says what is known of its outcome. */
export function writeError(thrown: unknown, peer: RedisPeer, consequence: string): ApplyError {
  const { code, message } = describeFailure(thrown, peer);
  return new ApplyError(code, `${message}; ${consequence}`, { cause: withoutArguments(thrown) });
}

/** The client hangs the command with its arguments on its errors, and those of AUTH are a password. */
function withoutArguments(thrown: unknown): Error {
  return new Error(wordsOf(thrown));
}

/** A server that does not know AUTH repeats the password that it was sent. */
function wordsOf(thrown: unknown): string {
  return messageOf(thrown).replace(/, with args beginning with[\s\S]*$/, '');
}

/** Of scripts that know the owners one key is not among those that they name. */
function wrongType({ address, keyPrefix, keys = [] }: RedisPeer): string {
  const owners = `${keyPrefix}autodock:owners`;
  const own = keys.length > 0 ? keys : [owners, `${keyPrefix}autodock:engine:*`];
  const all = own.includes(owners) ? [...own, `${keyPrefix}autodock:index`] : own;
  const one = all.length === 1 ? "a key of autodock's own" : "one of autodock's own keys";
  return `Redis at ${address}: ${one} holds a value of another type; look with TYPE at ${all.join(', ')}, and delete it if nobody needs it`;
}

function noPermission({ address, user, keyPrefix }: RedisPeer, text: string): string {
  const command = /'([a-z|_-]+)'/i.exec(text)?.[1];
  const keys = `keys (~${keyPrefix}frontend:* ~${keyPrefix}dead:* ~${keyPrefix}autodock:*)`;
  // Redis 7.0 does not name the command that a script may not run, newer ones do.
  const unnamed = text.includes("can't run") ? "a command that autodock's scripts use" : keys;
  const right =
    command === undefined ? unnamed : `the command ${command} (+${command.toLowerCase()})`;
  return `Redis at ${address} does not grant user ${user} ${right}; docs/configuration.md lists the rights that autodock needs`;
}
