import type { ComposeService } from '../../parts/compose.ts';
import { SCOPE_LABEL } from '../../parts/docker.ts';

/** How long the application takes until it listens, and from its signal to its end. */
export const START_MS = 3_000;
export const STOP_MS = 500;

/**
 * A server that is told to end serves on for a moment, takes no more connections then, and finishes what it has.
 * An abrupt one takes no more at once: what waits to be accepted at that moment is lost, whoever passes it on.
 * A POST takes longer than a GET. An answer tells the version, and since when this one listens.
 */
export const PROGRAM = `
const server = require('node:http').createServer((request, reply) => {
  const answer = () => reply.end(process.env.VERSION + ' ' + listensSince);
  request.resume().on('end', () => setTimeout(answer, request.method === 'POST' ? 10 : 0));
});
let listensSince = 0;
server.on('listening', () => listensSince = Date.now());
setTimeout(() => server.listen(80, undefined, 4096), ${START_MS});
process.on('SIGTERM', () => {
  const close = () => server.close(() => setTimeout(() => process.exit(0), process.env.ABRUPT ? ${STOP_MS} : 0));
  setTimeout(close, process.env.ABRUPT ? 0 : ${STOP_MS});
});
`;

/** What it runs with: this machine's Node, and the libraries that it needs. */
export const MOUNTS: readonly (readonly [from: string, to: string])[] = [
  [process.execPath, '/node'],
  ['/lib', '/lib'],
  ['/lib64', '/lib64'],
];

/** The application as a service of Compose. */
export function appService(
  scope: string,
  host: string,
  { version = '1', image, replicas = 1, labels = {}, abrupt = false }: AppOptions = {},
): ComposeService {
  return {
    ...(image === undefined ? {} : { image }),
    command: ['/node', '-e', PROGRAM.replaceAll('$', '$$$$')],
    environment: { VIRTUALHOST: host, VERSION: version, ABRUPT: abrupt ? 'yes' : '' },
    volumes: MOUNTS.map(([from, to]) => `${from}:${to}:ro`),
    labels: { [SCOPE_LABEL]: scope, ...labels },
    stop_grace_period: '10s',
    deploy: { replicas },
  };
}

/** What may differ between two states of the application. */
export interface AppOptions {
  readonly version?: string;
  /** Another than the usual one. */
  readonly image?: string;
  readonly replicas?: number;
  /** Refuses from its signal on. */
  readonly abrupt?: boolean;
  /** Further labels, for fronts that want some. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What an answer of the application tells. */
export interface AppAnswer {
  readonly version: string;
  /** Milliseconds since 1970, this machine's clock. */
  readonly listensSince: number;
}

/** Reads an answer. */
export function readAnswer(body: string): AppAnswer {
  const [version = '', since] = body.split(' ');
  return { version, listensSince: Number(since) };
}
