import { SCOPE_LABEL } from '../../parts/docker.ts';
import type { Subject } from './subjects.ts';

/** Hears which signals containers of a subject are sent. */
export interface Signals {
  /** When the first one was sent, milliseconds since 1970, the engine's clock; null: none was. */
  readonly firstAt: number | null;
  stop(): void;
}

/** Begins to listen; resolves once the engine tells. */
export async function hearSignals({ docker }: Subject): Promise<Signals> {
  const filters = { event: ['kill'], label: [`${SCOPE_LABEL}=${docker.scope}`] };
  const stream = await docker.engine.getEvents({ filters });
  let firstAt: number | null = null;
  stream.on('data', (line: Buffer) => {
    const { timeNano } = JSON.parse(line.toString().split('\n')[0] ?? '') as { timeNano: number };
    firstAt ??= timeNano / 1e6;
  });
  return {
    get firstAt() {
      return firstAt;
    },
    stop: () => void (stream as NodeJS.ReadableStream & { destroy(): void }).destroy(),
  };
}
