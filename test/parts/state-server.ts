import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ContainersAnswer } from '../../src/answers/containers.ts';
import type { RoutesAnswer } from '../../src/answers/routes.ts';

/** One backend that the controller claims. */
export interface StateRoute {
  readonly vhost: string;
  readonly url: string;
}

/** Answers `/api/v1/routes` and `/api/v1/containers` as a test wants. */
export interface StateServer {
  readonly url: string;
  routes: readonly StateRoute[];
  /** 503 says that no pass is done yet. Default 200. */
  status: number;
  /** How often the routes were asked for. */
  readonly asked: () => number;
  /** Called before each answer. */
  before: () => void | Promise<void>;
  close(): Promise<void>;
}

const CONTAINERS: ContainersAnswer = {
  containers: [
    {
      id: '0123456789ab'.padEnd(64, '0'),
      noun: 'container',
      name: 'hello',
      verdict: 'routed',
      routes: [],
      rejections: [],
      hints: [],
    },
  ],
};

/** @param weight so many entries has each backend */
export async function startStateServer(
  routes: readonly StateRoute[] = [],
  { weight = 1 }: { readonly weight?: number } = {},
): Promise<StateServer> {
  let asked = 0;
  const server = createServer((request, response) => {
    if (request.url === '/api/v1/routes') asked += 1;
    void Promise.resolve(state.before()).then(() => {
      response.statusCode = state.status;
      const problem = { title: 'Not ready', detail: 'no pass is done yet' };
      const body = request.url === '/api/v1/routes' ? routesBody(state.routes, weight) : CONTAINERS;
      response.end(JSON.stringify(state.status === 200 ? body : problem));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const state: StateServer = {
    url: `http://127.0.0.1:${port}`,
    routes,
    status: 200,
    asked: () => asked,
    before: () => undefined,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return state;
}

function routesBody(routes: readonly StateRoute[], weight: number): RoutesAnswer {
  return {
    routes: routes.map(({ vhost, url }) => ({
      vhost,
      identifier: vhost,
      held: false,
      backends: Array.from({ length: weight }, () => ({
        url,
        owner: 'self',
        ownerId: 'host-1',
        containers: ['0123456789ab'],
        names: ['0123456789ab'],
        unproven: false,
      })),
      dead: [],
      failures: [],
    })),
  };
}
