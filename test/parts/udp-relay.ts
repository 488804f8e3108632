import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';

/** Stands between a plugin and a daemon whose port may change, and loses what it is told to. One plugin. */
export interface UdpRelay {
  /** Where the plugin finds the daemon. */
  readonly port: number;
  /** Where the daemon is from now on. */
  to(port: number): void;
  /** Whether what the daemon sends is lost from now on. */
  lose(isLost: boolean): void;
  /** The names of the events that were lost. */
  lost(): readonly string[];
  close(): void;
}

export async function openUdpRelay(daemonPort: number): Promise<UdpRelay> {
  const [front, back] = [createSocket('udp4'), createSocket('udp4')];
  for (const socket of [front, back]) {
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
  }
  let plugin: RemoteInfo | null = null;
  let target = daemonPort;
  let isLosing = false;
  const lost: string[] = [];
  front.on('message', (bytes, from) => {
    plugin = from;
    back.send(bytes, target, '127.0.0.1');
  });
  back.on('message', (bytes) => {
    if (isLosing) lost.push((JSON.parse(bytes.toString()) as { name: string }).name);
    else if (plugin !== null) front.send(bytes, plugin.port, plugin.address);
  });
  return {
    port: front.address().port,
    to: (port) => {
      target = port;
    },
    lose: (isLost) => {
      isLosing = isLost;
    },
    lost: () => lost,
    close: () => {
      front.close();
      back.close();
    },
  };
}
