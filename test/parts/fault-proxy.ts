import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** Where bytes go: to the server, or back. */
export type Direction = 'request' | 'reply';
/** What becomes of some bytes. `drop`: they are lost, the connection stays. */
export type Fate = 'pass' | 'drop' | 'cut';

/** A TCP port in front of a unix socket on whose way anything may go wrong. */
export interface FaultProxy {
  readonly port: number;
  /** Decides about all bytes from now on, as they come. */
  judge(fate: (bytes: Buffer, direction: Direction) => Fate): void;
  /** Cuts the connection when the reply to the next request that `matches` comes: it is never seen. */
  loseNextReply(matches?: (request: string) => boolean): void;
  /** Cuts the connection after so many further bytes of replies. */
  limit(bytes: number): void;
  /** Cuts every connection now. */
  cut(): void;
  /** While true nothing passes in either direction, and no connection ends; afterwards all of it comes late. */
  blackhole(on: boolean): void;
  /** Bytes of replies come so much later. */
  delay(ms: number): void;
  stop(): Promise<void>;
}

interface Faults {
  fate: (bytes: Buffer, direction: Direction) => Fate;
  allowance: number;
  isBlack: boolean;
  readonly swallowed: (() => void)[];
  delayMs: number;
}

/** Passes bytes to and fro until told otherwise. */
export async function startFaultProxy(socketPath: string): Promise<FaultProxy> {
  const pass = (): Fate => 'pass';
  const faults: Faults = {
    fate: pass,
    allowance: Number.POSITIVE_INFINITY,
    isBlack: false,
    swallowed: [],
    delayMs: 0,
  };
  const sockets = new Set<Socket>();
  const server = createServer((client) =>
    join(client, createConnection(socketPath), sockets, faults),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    judge: (fate) => {
      faults.fate = fate;
    },
    loseNextReply: (matches = () => true) => {
      let isAsked = false;
      faults.fate = (bytes, direction) => {
        if (direction === 'request') isAsked ||= matches(bytes.toString());
        if (direction === 'request' || !isAsked) return 'pass';
        faults.fate = pass;
        return 'cut';
      };
    },
    limit: (bytes) => {
      faults.allowance = bytes;
    },
    cut,
    blackhole: (on) => {
      faults.isBlack = on;
      if (!on) for (const release of faults.swallowed.splice(0)) release();
    },
    delay: (ms) => {
      faults.delayMs = ms;
    },
    stop: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

function join(client: Socket, upstream: Socket, sockets: Set<Socket>, faults: Faults): void {
  for (const socket of [client, upstream]) {
    sockets.add(socket);
    socket.on('error', () => undefined); // a cut is what this is for
    socket.on('close', () => sockets.delete(socket));
  }
  client.on('close', () => {
    // A lost FIN: what was sent before it is still on its way, and will be executed.
    if (faults.isBlack) faults.swallowed.push(() => upstream.end());
    else upstream.destroy();
  });
  upstream.on('close', () => client.destroy());
  client.on('data', (bytes) => convey(bytes, 'request', upstream, faults));
  upstream.on('data', (bytes) => convey(bytes, 'reply', client, faults));
}

function convey(bytes: Buffer, direction: Direction, to: Socket, faults: Faults): void {
  if (faults.isBlack) {
    faults.swallowed.push(() => convey(bytes, direction, to, faults));
    return;
  }
  const fate = faults.fate(bytes, direction);
  if (fate === 'cut') to.destroy();
  if (fate !== 'pass') return;
  if (direction === 'request') to.write(bytes);
  else if (faults.delayMs > 0) setTimeout(() => to.write(bytes), faults.delayMs);
  else limited(bytes, to, faults);
}

function limited(bytes: Buffer, to: Socket, faults: Faults): void {
  const allowed = bytes.subarray(0, faults.allowance);
  faults.allowance -= allowed.length;
  if (allowed.length === bytes.length) {
    to.write(bytes);
    return;
  }
  faults.allowance = Number.POSITIVE_INFINITY;
  to.write(allowed, () => to.destroy());
}
