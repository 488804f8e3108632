import { createConnection, Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { AbstractConnector, type RedisOptions } from 'ioredis';
import type { Sentinels } from './sentinels.ts';

/**
 * How the client finds Redis at each attempt: it asks the Sentinels. (The client's own way takes the word of the first
 * that answers, who may not have heard of a failover yet.) That none names a master is a failed attempt like others.
 */
export function sentinelConnector(
  sentinels: Pick<Sentinels, 'master'>,
  tls: RedisOptions['tls'] | undefined,
): NonNullable<RedisOptions['Connector']> {
  return class extends AbstractConnector {
    constructor() {
      super(0);
    }

    override async connect(): Promise<Socket> {
      this.connecting = true;
      this.stream = await this.open();
      return this.stream;
    }

    /** At once: the peer may be frozen. */
    override disconnect(): void {
      this.connecting = false;
      this.stream?.destroy();
    }

    private async open(): Promise<Socket> {
      try {
        const place = await sentinels.master();
        if (!this.connecting) return closed();
        const stream =
          tls === undefined ? createConnection(place) : connectSecurely({ ...place, ...tls });
        stream.once('error', (error) => {
          this.firstError = error;
        });
        return stream;
      } catch (error) {
        this.firstError = error as Error;
        return closed();
      }
    }
  };
}

const closed = (): Socket => new Socket().destroy();
