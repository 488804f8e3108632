import { Agent } from 'node:http';
import { arrange, clear, listen, settle, write } from './arrange.ts';
import type { Case, Step } from './cases/case.ts';
import { type Answer, sendHttp, sendStream, sendUpload } from './send.ts';
import { sendRaw, sendWebSocket } from './send-raw.ts';
import type { Stage } from './stage.ts';
import type { Target } from './target.ts';

/** What came of the steps of a case. */
export interface Outcome {
  readonly answers: readonly Answer[];
  /** Connections that steps with `kept` used. */
  readonly connections: number;
  /** Published on `dead`, with names for URLs. */
  readonly messages: readonly string[];
}

/** Takes the steps one after the other, beginning without any route, and waits for what they set off. */
export async function runCase(
  target: Target,
  stage: Stage,
  { redis: keys = {}, steps }: Pick<Case, 'redis' | 'steps'>,
): Promise<Outcome> {
  await clear(target);
  await write(target, stage, keys);
  const heard = await listen(target, stage);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<object>();
  const send = (step: Step): Promise<Answer | readonly Answer[]> | null => {
    switch (step.kind) {
      case 'http':
        return sendHttp(target.proxy, step, agent, (socket) => sockets.add(socket));
      case 'websocket':
        return sendWebSocket(target.proxy, step);
      case 'raw':
        return sendRaw(target.proxy, step);
      case 'stream':
        return sendStream(target.proxy, step, stage);
      case 'upload':
        return sendUpload(target.proxy, step, stage);
      default:
        return null;
    }
  };
  const answers: Answer[] = [];
  try {
    for (const step of steps) {
      await arrange(target, stage, step);
      for (let i = 0; i < timesOf(step); i += 1) answers.push(...[(await send(step)) ?? []].flat());
    }
    await settle(target, stage);
    return { answers, connections: sockets.size, messages: [...heard.messages] };
  } finally {
    agent.destroy();
    heard.close();
  }
}

function timesOf(step: Step): number {
  return step.kind === 'http' || step.kind === 'websocket' ? (step.times ?? 1) : 1;
}
