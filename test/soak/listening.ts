import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Life } from './ledger.ts';

const LISTEN_POLL_MS = 20;

/** A container runs, and is routed, before its server listens. */
export async function noteListening(life: Life): Promise<void> {
  const { hostname } = new URL(life.url);
  while (life.endingAt === null) {
    if (await takesConnection(hostname)) {
      life.listensSince = performance.now();
      return;
    }
    await sleep(LISTEN_POLL_MS);
  }
}

function takesConnection(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 80 });
    const settle = (isTaken: boolean) => () => {
      socket.destroy();
      resolve(isTaken);
    };
    socket.once('connect', settle(true)).once('error', settle(false));
  });
}
