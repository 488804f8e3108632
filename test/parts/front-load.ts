import { Agent } from 'node:http';
import { expect } from 'vitest';
import { ask } from './front.ts';
import { waitFor } from './wait-for.ts';

/** Requests for one host without a pause, each connection kept and so served by one worker of the front. */
export interface FrontLoad {
  /** Waits until every connection gets this: a backend's name, else a status. */
  becomes(answer: string): Promise<void>;
  /** What each connection got, one after the other; what came several times in a row stands once. */
  readonly runs: readonly (readonly string[])[];
  /** How many requests were answered so far. */
  readonly answered: number;
  stop(): Promise<void>;
}

/** Begins to ask at `127.0.0.1:port`, on so many connections. */
export function startFrontLoad(port: number, host: string, connections: number): FrontLoad {
  const runs: string[][] = Array.from({ length: connections }, () => []);
  let answered = 0;
  let isOver = false;
  const askOn = async (run: string[]) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!isOver) {
      const answer = await answererOn(agent, port, host);
      answered += 1;
      if (run.at(-1) !== answer) run.push(answer);
    }
    agent.destroy();
  };
  const all = Promise.all(runs.map(askOn));
  return {
    runs,
    get answered() {
      return answered;
    },
    becomes: (answer) =>
      waitFor(`every connection to get ${answer}`, () => {
        expect(runs.map((run) => run.at(-1))).toEqual(runs.map(() => answer));
      }),
    async stop() {
      isOver = true;
      await all;
    },
  };
}

async function answererOn(agent: Agent, port: number, host: string): Promise<string> {
  try {
    const { status, body } = await ask(port, host, { agent });
    return /^\{"backend":"(\w+)"/.exec(body)?.[1] ?? String(status);
  } catch (error) {
    return `failed: ${String(error)}`;
  }
}
