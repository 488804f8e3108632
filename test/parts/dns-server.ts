import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A name server for IPv4 addresses, on an address of its own: port 53 is the only one that resolvers ask. */
export interface DnsServer {
  readonly address: string;
  /** Names and their addresses; a name that is not there does not exist. */
  readonly names: Map<string, readonly string[]>;
  /** Every name that was asked for, as often as it was. */
  readonly asked: readonly string[];
  /** While true it does not answer. */
  silent(on: boolean): void;
  close(): Promise<void>;
}

const HEADER_BYTES = 12;
const ANSWERED = 0x81_80;
const NO_SUCH_NAME = 0x81_83;
const TYPE_A = 1;

/** Listens on an address below 127/8 that nobody else uses, in all likelihood. */
export async function startDnsServer(): Promise<DnsServer> {
  const part = () => 1 + Math.floor(Math.random() * 250);
  const address = `127.${part()}.${part()}.${part()}`;
  const names = new Map<string, readonly string[]>();
  const asked: string[] = [];
  let isSilent = false;
  const socket = createSocket('udp4');
  socket.on('message', (question, { port, address: from }) => {
    const { name, end, type } = readQuestion(question);
    asked.push(name);
    if (!isSilent) {
      socket.send(answer(question.subarray(0, end), type, names.get(name)), port, from);
    }
  });
  socket.bind(53, address);
  await once(socket, 'listening');
  return {
    address,
    names,
    asked,
    silent: (on) => {
      isSilent = on;
    },
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** RFC 1035, section 4.1.2: labels with their lengths before them, type and class. */
function readQuestion(message: Buffer): {
  readonly name: string;
  readonly type: number;
  readonly end: number;
} {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), type: message.readUInt16BE(at + 1), end: at + 5 };
}

function answer(
  question: Buffer,
  type: number,
  addresses: readonly string[] | undefined,
): readonly Buffer[] {
  const found = type === TYPE_A ? (addresses ?? []) : [];
  const head = Buffer.from(question);
  head.writeUInt16BE(addresses === undefined ? NO_SUCH_NAME : ANSWERED, 2);
  head.writeUInt16BE(found.length, 6);
  head.writeUInt32BE(0, 8);
  return [head, ...found.map(record)];
}

/** The name by a pointer to the question, type A, class IN, an hour, four bytes. */
function record(address: string): Buffer {
  return Buffer.from([
    0xc0,
    HEADER_BYTES,
    0,
    1,
    0,
    1,
    0,
    0,
    14,
    16,
    0,
    4,
    ...address.split('.').map(Number),
  ]);
}
