import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/**
 * A process with so many plugins: says hello from each every few seconds, counts what comes, and tells it when
 * asked. `node bus-listeners.ts PORT PLUGINS`
 */
const [port = '', plugins = ''] = process.argv.slice(2);
const HELLO = `{"name":"hello","kwargs":{"events":["container_*"],"pad":"${' '.repeat(300)}"}}`;

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
  socket.send(HELLO, Number(port), '127.0.0.1');
}
process.on('message', () => process.send?.({ heard, answers }));
