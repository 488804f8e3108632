import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A name server for IPv4 addresses and their names, on an address of its own: port 53 is the only one that resolvers ask. */
export interface DnsServer {
  readonly address: string;
  /** Names and their addresses; a name that is not there does not exist. */
  readonly names: Map<string, readonly string[]>;
  /** Addresses and their names; those that are not there have none. */
  readonly pointers: Map<string, string>;
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
const TYPE_PTR = 12;
const REVERSE = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/;

/** Listens on an address below 127/8 that nobody else uses, in all likelihood. */
export async function startDnsServer(): Promise<DnsServer> {
  const part = () => 1 + Math.floor(Math.random() * 250);
  const address = `127.${part()}.${part()}.${part()}`;
  const names = new Map<string, readonly string[]>();
  const pointers = new Map<string, string>();
  const asked: string[] = [];
  const recordsOf = (name: string, type: number) => {
    const [, d, c, b, a] = REVERSE.exec(name) ?? [];
    const pointer = pointers.get([a, b, c, d].join('.'));
    if (type === TYPE_PTR) return pointer === undefined ? undefined : [pointerRecord(pointer)];
    const addresses = names.get(name);
    return type === TYPE_A ? addresses?.map(addressRecord) : addresses && [];
  };
  let isSilent = false;
  const socket = createSocket('udp4');
  socket.on('message', (question, { port, address: from }) => {
    const { name, end, type } = readQuestion(question);
    asked.push(name);
    if (!isSilent) {
      socket.send(answer(question.subarray(0, end), recordsOf(name, type)), port, from);
    }
  });
  socket.bind(53, address);
  await once(socket, 'listening');
  return {
    address,
    names,
    pointers,
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

/** @param records undefined: there is no such name */
function answer(question: Buffer, records: readonly Buffer[] | undefined): readonly Buffer[] {
  const head = Buffer.from(question);
  head.writeUInt16BE(records === undefined ? NO_SUCH_NAME : ANSWERED, 2);
  head.writeUInt16BE(records?.length ?? 0, 6);
  head.writeUInt32BE(0, 8);
  return [head, ...(records ?? [])];
}

function addressRecord(address: string): Buffer {
  return record(TYPE_A, Buffer.from(address.split('.').map(Number)));
}

function pointerRecord(name: string): Buffer {
  const labels = name
    .split('.')
    .map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`));
  return record(TYPE_PTR, Buffer.concat([...labels, Buffer.from([0])]));
}

/** The name by a pointer to the question, type, class IN, an hour, and the data behind its length. */
function record(type: number, data: Buffer): Buffer {
  const head = [0xc0, HEADER_BYTES, 0, type, 0, 1, 0, 0, 14, 16, 0, data.length];
  return Buffer.concat([Buffer.from(head), data]);
}
