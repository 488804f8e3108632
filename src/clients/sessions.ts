import { ConfigError } from '../errors.ts';
import type { DockerClient } from './docker.ts';
import type { DockerSession } from './docker-session.ts';

/** Keeps the session with the engine; see `createSessions`. */
export interface Sessions {
  /** The session, or a new one if there is none. */
  current(): Promise<DockerSession>;
  /** Asks the engine anew who it is and which API it speaks. */
  renew(): Promise<DockerSession>;
  /** Whatever is asked for next begins by asking the engine who it is. */
  forget(): void;
  /** Whether it has said who it is since that was forgotten. */
  isOpen(): boolean;
  /** The engine spoken to last. */
  last(): DockerSession | null;
}

/**
 * An engine is asked who it is at every (re)connect, because it may come back upgraded, or as another one.
 *
 * @param onSession called with each new session
 */
export function createSessions(
  client: DockerClient,
  onSession: (session: DockerSession) => void,
): Sessions {
  let session: DockerSession | null = null;
  let last: DockerSession | null = null;
  let renewal: Promise<DockerSession> | null = null;

  const connect = async () => {
    session = null;
    const fresh = await client.connect();
    if (last !== null && last.engine.id !== fresh.engine.id) throw otherEngine(last, fresh);
    last = fresh;
    session = fresh;
    onSession(fresh);
    return fresh;
  };
  const renew = () => {
    renewal ??= connect().finally(() => {
      renewal = null;
    });
    return renewal;
  };
  return {
    current: () => (session === null ? renew() : Promise.resolve(session)),
    renew,
    forget: () => {
      session = null;
    },
    isOpen: () => session !== null,
    last: () => last,
  };
}

/** Whose containers these are decides who owns which route: going on would withdraw the other's. */
function otherEngine(last: DockerSession, fresh: DockerSession): Error {
  const message =
    `Docker: the engine changed while running: it was ${last.engine.id} (${last.engine.name}), ` +
    `it is ${fresh.engine.id} (${fresh.engine.name}); start autodock again, and withdraw what the ` +
    `old one left with: autodock release --owner ${last.engine.id}`;
  return new ConfigError('docker-identity', message);
}
