// A plugin, whole: posts every change of a route to a URL. docs/plugins.md says how to write, run and ship one.
//
//   WEBHOOK_URL=https://chat.example.com/hooks/1 node dist/examples/webhook/main.js
//
// AUTODOCK_BUS_HOST, AUTODOCK_BUS_PORT and AUTODOCK_BUS_SECRET (or the file AUTODOCK_BUS_SECRET_FILE) say where
// autodock is (default: this host, no secret), AUTODOCK_URL where its HTTP port is, if it is not 1338 on the same host.
import { connect } from 'autodock/plugin';
import { createDelivery } from './deliver.ts';
import { postRoutes } from './post-routes.ts';
import { readSettings, type Settings } from './read-settings.ts';

const log = (line: string) => console.error(`webhook: ${line}`);

/** Posts until a signal comes, or until something cannot be delivered. */
async function run({ url, ...where }: Settings): Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stopping.abort());
  const plugin = connect({ ...where, events: ['route_*'], signal });
  postRoutes(plugin, createDelivery({ url, signal, log }));
  plugin.on('problem', ({ problem }) => log(problem));
  await plugin.finished;
}

try {
  await run(readSettings(process.env));
} catch (error) {
  // Started anew, it begins with all routes.
  log(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
