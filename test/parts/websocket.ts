import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A client's side of a WebSocket at `127.0.0.1:port`: the handshake is sent, what comes back is collected. */
export function upgrade(
  port: number,
  host: string,
): { readonly socket: Socket; readonly received: () => string } {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  socket.write(
    `GET /chat HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  return { socket, received: () => text };
}
