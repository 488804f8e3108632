import { type ErrorCode, messageOf, ObserveError } from '../errors.ts';

/** How a request to Docker ended: the label of `autodock_docker_requests_total`. */
export const DOCKER_RESULTS = ['ok', 'timeout', 'status', 'unreachable', 'malformed'] as const;
/** One of {@link DOCKER_RESULTS}. */
export type DockerResult = (typeof DOCKER_RESULTS)[number];

/** One request: what it is for (for messages), how long it may take, and who may cancel it. */
export interface DockerRequest {
  readonly what: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onResult: (result: DockerResult) => void;
}

/** A call of dockerode 5 that takes the signal, which its types do not know everywhere. */
export type AbortableCall = (options: { readonly abortSignal: AbortSignal }) => Promise<unknown>;

const RESULT_OF: Partial<Record<ErrorCode, DockerResult>> = {
  'docker-timeout': 'timeout',
  'docker-status': 'status',
  'docker-malformed': 'malformed',
};

/**
 * Makes one request and checks its shape, within a deadline of its own: docker-modem leaves a promise
 * pending for ever when a reply is cut in the middle, with its own `timeout` and with `abortSignal` too,
 * and resolves a 200 with an empty or truncated body to a Buffer (which iterates like an empty list).
 *
 * @throws ObserveError `docker-timeout`, `docker-status`, `docker-malformed`, `docker-unreachable` or `docker-cancelled`
 */
export async function callDocker<T>(
  request: DockerRequest,
  send: (signal: AbortSignal) => Promise<unknown>,
  narrow: (reply: unknown) => T | null,
): Promise<T> {
  try {
    const reply = await withDeadline(request, send);
    const narrowed = narrow(reply);
    if (narrowed === null) throw malformed(request.what, reply);
    request.onResult('ok');
    return narrowed;
  } catch (thrown) {
    const error = thrown instanceof ObserveError ? thrown : describe(request.what, thrown);
    if (error.code !== 'docker-cancelled') request.onResult(RESULT_OF[error.code] ?? 'unreachable');
    throw error;
  }
}

async function withDeadline(
  { what, timeoutMs, signal }: DockerRequest,
  send: (signal: AbortSignal) => Promise<unknown>,
): Promise<unknown> {
  const cancelled = () => new ObserveError('docker-cancelled', `Docker: ${what}: cancelled`);
  if (signal.aborted) throw cancelled();
  const abort = new AbortController();
  let giveUp: (error: Error) => void = () => undefined;
  const givenUp = new Promise<never>((_resolve, reject) => {
    giveUp = (error) => {
      reject(error);
      // Frees the socket of the request, which nobody waits for any more.
      abort.abort(error);
    };
  });
  const giveUpLate = () => {
    const limit = `no answer within ${timeoutMs} ms`;
    giveUp(new ObserveError('docker-timeout', `Docker: ${what}: ${limit}`));
  };
  // What has come while this process did not get to run is heard first: that nobody is there is not silence.
  let heard: NodeJS.Immediate | undefined;
  const deadline = setTimeout(() => {
    heard = setImmediate(giveUpLate);
  }, timeoutMs);
  const onStop = () => giveUp(cancelled());
  signal.addEventListener('abort', onStop, { once: true });
  try {
    return await Promise.race([givenUp, send(abort.signal)]);
  } finally {
    clearTimeout(deadline);
    clearImmediate(heard);
    signal.removeEventListener('abort', onStop);
  }
}

/** The HTTP status of an error of docker-modem, if it is one of an answered request. */
export function httpStatusOf(thrown: unknown): number | null {
  const cause = thrown instanceof ObserveError ? thrown.cause : thrown;
  if (typeof cause !== 'object' || cause === null || !('statusCode' in cause)) return null;
  return typeof cause.statusCode === 'number' ? cause.statusCode : null;
}

const STATUS_REMEDY: Readonly<Record<number, string>> = {
  401: 'the engine wants credentials',
  403: 'a proxy before the engine forbids it; it must allow GET of /_ping, /version, /info, /events, /networks, /containers/json and /containers/<id>/json',
};

function describe(what: string, thrown: unknown): ObserveError {
  const status = httpStatusOf(thrown);
  const text = messageOf(thrown).trim();
  if (status !== null) {
    const remedy = STATUS_REMEDY[status];
    const message = `Docker: ${what}: status ${status}: ${text}${remedy === undefined ? '' : ` (${remedy})`}`;
    return new ObserveError('docker-status', message, { cause: thrown });
  }
  const message = `Docker: ${what}: ${text}${connectRemedy(text)}`;
  return new ObserveError('docker-unreachable', message, { cause: thrown });
}

/** Nothing that is wrong with the request: nobody is there, or nobody may enter. */
function connectRemedy(text: string): string {
  if (/\bEACCES\b/.test(text)) return ' (run autodock as root, or in the group of that socket)';
  return /\b(?:ENOENT|ECONNREFUSED|ENOTFOUND)\b/.test(text)
    ? ' (does the engine run, and is AUTODOCK_DOCKER_HOST right?)'
    : '';
}

function malformed(what: string, reply: unknown): ObserveError {
  const seen = Buffer.isBuffer(reply)
    ? `${reply.length} bytes that are not JSON`
    : `${reply === null ? 'null' : typeof reply}`;
  return new ObserveError('docker-malformed', `Docker: ${what}: malformed reply (${seen})`);
}
