import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { encode } from '../../src/wire/encode.ts';
import type { JsonObject } from '../../src/wire/message.ts';
import { makeMessage } from '../../src/wire/message.ts';
import type { Controller } from './controller.ts';
import { waitFor } from './wait-for.ts';

/** The hello of a plugin of 2015, as Python wrote it. */
export const OLD_HELLO =
  '{"notify": false, "success": false, "name": "hello", "args": [], "kwargs": {}, "channels": [], "failure": false}';

/** Makes a hello longer than its answer. */
const PAD = ' '.repeat(200);

/** A datagram as it came, read as JSON. */
export interface Datagram {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever stands there
  readonly kwargs: Readonly<Record<string, any>>;
  readonly channels: readonly string[];
  readonly seq: number;
  readonly boot: string;
  readonly hmac?: string;
  /** The bytes themselves. */
  readonly raw: Buffer;
}

/** A plugin that says what it is told, and keeps what it hears. */
export interface BusClient {
  readonly port: number;
  readonly heard: readonly Datagram[];
  /** Bytes as they are. */
  send(bytes: string | Uint8Array): void;
  /** Says hello, signed if there is a secret. */
  hello(kwargs?: JsonObject): void;
  bye(): void;
  /** Waits for a datagram that is one; returns the first. */
  hears(what: string, isIt: (datagram: Datagram) => boolean): Promise<Datagram>;
  close(): Promise<void>;
}

/** Variables that switch the bus on, on a free port. */
export const BUS_ON = { AUTODOCK_BUS_ENABLED: 'true', AUTODOCK_BUS_PORT: '0' };

/** The port that a controller's bus listens on, as its log tells. */
export function busPortOf(controller: Controller): Promise<number> {
  return waitFor('the plugin bus to listen', () => {
    const line = controller.logs.findLast(({ msg }) => msg === 'Plugin bus listens');
    if (typeof line?.port !== 'number') throw new Error(controller.output().slice(-500));
    return line.port;
  });
}

/** Opens a socket of a plugin; says nothing yet. Ends with the test. */
export async function openBusClient(
  busPort: number,
  secret: string | null = null,
): Promise<BusClient> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_194_304 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const heard: Datagram[] = [];
  socket.on('message', (raw) => {
    heard.push({ ...(JSON.parse(raw.toString()) as Omit<Datagram, 'raw'>), raw });
  });
  const send = (bytes: string | Uint8Array) => socket.send(bytes, busPort, '127.0.0.1');
  const say = (name: string, kwargs: JsonObject) => {
    const fresh = { time: Date.now(), nonce: randomBytes(8).toString('hex') };
    const whole = secret === null ? kwargs : { ...fresh, ...kwargs };
    send(encode(makeMessage(name, [], whole), secret));
  };
  let isClosed = false;
  const client: BusClient = {
    port: socket.address().port,
    heard,
    send,
    hello: (kwargs = {}) => say('hello', { pad: PAD, ...kwargs }),
    bye: () => say('bye', {}),
    hears: (what, isIt) =>
      waitFor(`the bus to say ${what}`, () => {
        const found = heard.find(isIt);
        if (found === undefined) throw new Error(`heard ${heard.map(({ name }) => name)}`);
        return found;
      }),
    async close() {
      if (isClosed) return;
      isClosed = true;
      socket.close();
      await once(socket, 'close');
    },
  };
  onTestFinished(client.close);
  return client;
}

/**
 * Says hello until it is answered: from then on everything is heard. The answer to an earlier one, which may come as
 * late, is not taken for its own.
 */
export async function subscribe(client: BusClient, kwargs: JsonObject = {}): Promise<Datagram> {
  const nonces = new Set<unknown>();
  return waitFor('the hello to be answered', () => {
    const nonce = randomBytes(8).toString('hex');
    nonces.add(nonce);
    client.hello({ time: Date.now(), nonce, ...kwargs });
    const answer = client.heard.find(
      ({ name, kwargs: told }) => name === 'hello' && nonces.has(told.nonce),
    );
    if (answer === undefined) throw new Error('no answer yet');
    return answer;
  });
}
