import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A pipe that a process writes to, and that nobody reads at first. It is gone when the test ends. */
export interface UnreadPipe {
  /** To be handed to the process. */
  readonly input: number;
  /** Begins to read. */
  read(): void;
  /** All that has been read. */
  text(): string;
}

/** Makes one, as large as the kernel makes them: 64 KB. */
export function openUnreadPipe(): UnreadPipe {
  const dir = mkdtempSync(join(tmpdir(), 'autodock-pipe-'));
  const path = join(dir, 'pipe');
  execFileSync('mkfifo', [path]);
  const output = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const input = openSync(path, 'w');
  let socket: Socket | null = null;
  let text = '';
  onTestFinished(() => {
    if (socket === null) closeSync(output);
    socket?.destroy();
    closeSync(input);
    rmSync(dir, { recursive: true });
  });
  return {
    input,
    read() {
      socket = new Socket({ fd: output, readable: true, writable: false });
      socket.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
    },
    text: () => text,
  };
}
