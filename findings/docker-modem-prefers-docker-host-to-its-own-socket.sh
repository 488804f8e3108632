#!/bin/bash
# dockerode: with `DOCKER_HOST=tcp://...` in the environment, a client that is given a socket asks the other engine.
#
# Versions: dockerode 5.0.1 with docker-modem 5.0.7, Node 20 or newer.
# Guess: `new Docker({ socketPath })` asks the engine behind that socket: what a program says is stronger than what its
# environment says, as `docker --host` is, and as `new Docker({ host, port })` is here.
# Seen: options are laid over what was read from the environment, and of a host and a socket the host counts, whichever
# of both was asked for: the call goes to the engine of `DOCKER_HOST`, without a word. A `DOCKER_HOST` with a socket does
# give way, and so does one of TCP if `host: null` is given beside the socket. One that cannot be read throws all the
# same, though nobody asked for it.
#
# Needs node and npm. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"
npm install --silent --no-audit --no-fund --prefix "$DIR" dockerode@5.0.1 docker-modem@5.0.7

cat >clients.cjs <<'END'
const { createServer } = require('node:http');
const Docker = require('dockerode');

const socketPath = `${process.cwd()}/given.sock`;
const answers = (name, ...at) =>
  new Promise((resolve) => {
    const server = createServer((_, response) => response.end(JSON.stringify({ Name: name })));
    server.listen(...at, () => resolve(server));
  });
const asked = async (host, options) => {
  process.env.DOCKER_HOST = host;
  try {
    return (await new Docker(options).info()).Name;
  } catch (error) {
    return error.message;
  }
};

(async () => {
  const given = await answers('the given socket', socketPath);
  const other = await answers('the engine of the environment', 0, '127.0.0.1');
  const { port } = other.address();
  const tcp = `tcp://127.0.0.1:${port}`;
  console.log(`tcp://, socketPath: ${await asked(tcp, { socketPath })}`);
  console.log(`tcp://, socketPath, host null: ${await asked(tcp, { socketPath, host: null })}`);
  console.log(`unix://, socketPath: ${await asked('unix:///no.sock', { socketPath })}`);
  console.log(`unix://, host, port: ${await asked(`unix://${socketPath}`, { host: '127.0.0.1', port })}`);
  console.log(`no:host:at:all, socketPath: ${await asked('no:host:at:all', { socketPath })}`);
  given.close();
  other.close();
})();
END
node clients.cjs | tee seen
diff - seen <<'END'
tcp://, socketPath: the engine of the environment
tcp://, socketPath, host null: the given socket
unix://, socketPath: the given socket
unix://, host, port: the engine of the environment
no:host:at:all, socketPath: DOCKER_HOST env variable should be something like tcp://localhost:1234
END
