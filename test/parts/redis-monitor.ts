import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** One command that a Redis was asked to run. */
export interface MonitoredCommand {
  /** Its name in lower case, and its arguments, escaped as Redis shows them. */
  readonly words: readonly string[];
  /** Whose it is: `127.0.0.1:4711`, `unix:/tmp/redis.sock`, `lua`. */
  readonly source: string;
}

/** All that a Redis is asked, from its beginning on. */
export interface RedisMonitor {
  readonly seen: readonly MonitoredCommand[];
  /** Resolves once Redis has sent its answers to all that was seen: it tells of a command before it answers. */
  answered(): Promise<void>;
  close(): void;
}

/** `1700000000.123456 [0 127.0.0.1:4711] "lrange" "frontend:a.com" "0" "-1"`. */
const LINE = /^\+\d+\.\d+ \[\d+ (\S+)\] (.*)$/;
const WORD = /"((?:[^"\\]|\\.)*)"/g;

/**
 * Resolves once Redis tells of every command. Not by ioredis, which fails with "Command queue state error" where the
 * first command comes in one piece with the answer to MONITOR.
 *
 * @param socket the path of its unix socket
 */
export async function monitorRedis(socket: string): Promise<RedisMonitor> {
  const connection = connect(socket);
  const lines = createInterface({ input: connection });
  const seen: MonitoredCommand[] = [];
  connection.write('MONITOR\r\n');
  const [answer] = (await once(lines, 'line')) as [string];
  if (answer !== '+OK') throw new Error(`MONITOR: ${answer}`);
  connection.on('error', () => undefined); // a test may end its Redis: what was seen stands
  lines.on('line', (line) => {
    const [, source = '', text = ''] = LINE.exec(line) ?? [];
    const [name = '', ...rest] = [...text.matchAll(WORD)].map(([, word = '']) => word);
    seen.push({ words: [name.toLowerCase(), ...rest], source });
  });
  return { seen, answered: () => ping(socket), close: () => void connection.destroy() };
}

/** What is asked later is answered later, whoever asks. */
async function ping(socket: string): Promise<void> {
  const connection = connect(socket);
  connection.write('PING\r\n');
  await once(connection, 'data');
  connection.destroy();
}
