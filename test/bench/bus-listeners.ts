import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { encode } from '../../src/wire/encode.ts';
import { helloOf } from '../../src/wire/hello.ts';

/**
 * A process with so many plugins: says hello from each every ten seconds, counts what comes, and tells it when
 * asked. `node bus-listeners.ts PORT PLUGINS PATTERNS SECRET`; patterns as JSON, no secret: empty.
 */
const [port = '', plugins = '', patterns = '[]', secret = ''] = process.argv.slice(2);
const HELLO_EVERY_MS = 10_000;
const TTL_MS = 60_000;

let heard = 0;
let answers = 0;
for (let plugin = 0; plugin < Number(plugins); plugin += 1) {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1_048_576 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (bytes) => {
    if (bytes.indexOf('"hello"') === 8) answers += 1;
    else heard += 1;
  });
  let said = 0;
  const sayHello = () => {
    said += 1;
    const nonce = `plugin-${plugin}-${said}`.padEnd(16, '.');
    const events = JSON.parse(patterns) as readonly string[];
    const hello = helloOf({ events, ttlMs: TTL_MS, time: Date.now(), nonce });
    socket.send(encode(hello, secret === '' ? null : secret), Number(port), '127.0.0.1');
  };
  sayHello();
  setInterval(sayHello, HELLO_EVERY_MS);
}
process.on('message', () => process.send?.({ heard, answers }));
