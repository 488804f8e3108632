// A plugin, whole: posts every change of a route to a URL. README.md, "Plugins", says how to write, run and ship one.
//
//   WEBHOOK_URL=https://chat.example.com/hooks/1 node dist/examples/webhook/main.js
//
// AUTODOCK_BUS_HOST, AUTODOCK_BUS_PORT and AUTODOCK_BUS_SECRET say where autodock is (default: this host, no secret),
// AUTODOCK_URL where its HTTP port is, if it is not 1338 on the same host.
import { connect } from 'autodock/plugin';
import { createDelivery } from './deliver.ts';
import { postRoutes } from './post-routes.ts';

const { WEBHOOK_URL = '', AUTODOCK_BUS_HOST, AUTODOCK_BUS_PORT, AUTODOCK_BUS_SECRET } = process.env;

function fail(problem: string): never {
  console.error(`webhook: ${problem}`);
  process.exit(1);
}

if (!URL.canParse(WEBHOOK_URL)) {
  fail(
    `WEBHOOK_URL = "${WEBHOOK_URL}" must be the URL to post to, such as https://example.com/hook`,
  );
}
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopping.abort());

const plugin = connect({
  host: AUTODOCK_BUS_HOST,
  port: AUTODOCK_BUS_PORT === undefined ? undefined : Number(AUTODOCK_BUS_PORT),
  secret: AUTODOCK_BUS_SECRET === '' ? undefined : AUTODOCK_BUS_SECRET,
  http: process.env.AUTODOCK_URL,
  events: ['route_*'],
  signal: stopping.signal,
});
const deliver = createDelivery({
  url: WEBHOOK_URL,
  signal: stopping.signal,
  log: (line) => console.error(`webhook: ${line}`),
});
postRoutes(plugin, deliver);
plugin.on('problem', ({ problem }) => console.error(`webhook: ${problem}`));

// What could not be delivered ends the program; started anew, it begins with all routes.
await plugin.finished.catch((error: unknown) => fail(String(error)));
