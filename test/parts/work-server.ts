/** Where its work is done, by POST. */
export const WORK_PATH = '/cgi-bin/work';

/** What a server of a test takes its time for. */
export interface WorkServerOptions {
  /** Until it listens, seconds. Default 0. */
  readonly listensAfter?: number;
  /** For each POST. Default 0. */
  readonly workMs?: number;
}

/** The command of a server that, told to end, takes no more and finishes what it has within a second. */
export function workServer({ listensAfter = 0, workMs = 0 }: WorkServerOptions): readonly string[] {
  const script = `
    mkdir -p /www/cgi-bin
    echo ok > /www/index.html
    printf '#!/bin/sh\\nbusybox usleep ${workMs * 1_000}\\nprintf "Content-Type: text/plain\\\\r\\\\n\\\\r\\\\nok"\\n' > /www${WORK_PATH}
    busybox chmod +x /www${WORK_PATH}
    trap 'test -n "$server" && kill $server; sleep 1; exit 0' TERM
    sleep ${listensAfter}
    httpd -f -p 80 -h /www & server=$!
    wait $server
  `;
  return ['sh', '-c', script];
}
