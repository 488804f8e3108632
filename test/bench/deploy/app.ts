import type { ComposeService } from '../../parts/compose.ts';
import { SCOPE_LABEL } from '../../parts/docker.ts';

/** How long the application takes until it listens, and from its signal to its end. */
export const START_MS = 3_000;
export const STOP_MS = 500;

/**
 * A server as many are: told to end it takes no more connections, finishes what it has, and needs a moment for
 * its last words. A POST takes longer than a GET.
 */
const PROGRAM = `
const server = require('node:http').createServer((request, reply) => {
  request.resume().on('end', () => setTimeout(() => reply.end(process.env.VERSION), request.method === 'POST' ? 10 : 0));
});
setTimeout(() => server.listen(80, undefined, 4096), ${START_MS});
process.on('SIGTERM', () => {
  const ended = new Promise((resolve) => server.close(resolve));
  const said = new Promise((resolve) => setTimeout(resolve, ${STOP_MS}));
  Promise.all([ended, said]).then(() => process.exit(0));
});
`;

/** The application as a service of Compose: this machine's Node, and the libraries that it needs. */
export function appService(
  scope: string,
  host: string,
  { version = '1', replicas = 1, labels = {} }: AppOptions = {},
): ComposeService {
  return {
    command: ['/node', '-e', PROGRAM.replaceAll('$', '$$$$')],
    environment: { VIRTUALHOST: host, VERSION: version },
    volumes: [`${process.execPath}:/node:ro`, '/lib:/lib:ro', '/lib64:/lib64:ro'],
    labels: { [SCOPE_LABEL]: scope, ...labels },
    stop_grace_period: '10s',
    deploy: { replicas },
  };
}

/** What may differ between two states of the application. */
export interface AppOptions {
  readonly version?: string;
  readonly replicas?: number;
  /** Further labels, for fronts that want some. */
  readonly labels?: Readonly<Record<string, string>>;
}
