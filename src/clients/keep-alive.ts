import { Socket } from 'node:net';
import { Readable } from 'node:stream';

/** Silence after which the kernel asks whether the peer is still there, milliseconds. */
const SILENCE_MS = 3_000;

/**
 * Has the kernel notice a peer that went without a word (a pulled cable, a firewall, a host without
 * power): nothing is ever sent on an open event stream, so that nothing would fail for want of an answer.
 * It asks after 3 s of silence and then every second, and ends the connection when ten questions found no
 * answer (libuv's figures): after 13 s. No engine is asked for it, and a unix socket does not need it.
 *
 * The response then ends with the kernel's word (`ETIMEDOUT`), where Node would say of every end that it was aborted.
 *
 * @param response of an HTTP request, whose connection is meant; anything else is left alone
 */
export function keepAlive(response: object): void {
  if (!(response instanceof Readable && 'socket' in response)) return;
  const { socket } = response;
  if (!(socket instanceof Socket)) return;
  socket.setKeepAlive(true, SILENCE_MS);
  socket.once('error', (error) => response.destroy(error));
}
