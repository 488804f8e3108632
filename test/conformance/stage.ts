import { type Backend, refusedUrl } from '../parts/backend.ts';
import { startActor } from './actors.ts';

/** The backends of the suite by name, each started when a case first names it. */
export interface Stage {
  /** An entry of a list: the URL of a name, or a text with `<name>` for ports. */
  entry(text: string): Promise<string>;
  /** What was told of a URL, told by name. */
  named(text: string): string;
  /** Requests that reached a backend so far, or all whose name begins with the word after `any`. */
  reached(name: string): number;
  /** Bytes that reached `reader` in its current request. */
  received(): number;
  /** Lets `events` send its last event. */
  finishEvents(): void;
  close(): Promise<void>;
}

/** What backends tell the stage while they run. */
export interface Notes {
  readonly requests: Map<string, number>;
  received: number;
  finishEvents: () => void;
}

const NAME = /^[A-Za-z][\w-]*$/;

/** @param proxy the URL of the proxy itself, for a route that leads back to it */
export function openStage(proxy: string): Stage {
  const notes: Notes = { requests: new Map(), received: 0, finishEvents: () => undefined };
  const actors = new Map<string, Promise<Backend>>();
  const names = new Map<string, string>();
  const urlOf = async (name: string): Promise<string> => {
    if (name === 'proxy') return proxy;
    const known = actors.get(name);
    const starting = known ?? (name.startsWith('refused') ? absent() : startActor(name, notes));
    actors.set(name, starting);
    const { url } = await starting;
    names.set(url, name);
    return url;
  };
  return {
    entry: async (text) => {
      if (NAME.test(text) && text !== 'junk') return await urlOf(text);
      const name = /<([\w-]+)>/.exec(text)?.[1];
      return name === undefined ? text : text.replace(`<${name}>`, new URL(await urlOf(name)).port);
    },
    named: (text) => [...names].reduce((told, [url, name]) => told.replace(url, name), text),
    reached: (name) => {
      const first = name.startsWith('any ') ? name.slice('any '.length) : null;
      return [...notes.requests]
        .filter(([actor]) => (first === null ? actor === name : actor.startsWith(first)))
        .reduce((sum, [, count]) => sum + count, 0);
    },
    received: () => notes.received,
    finishEvents: () => notes.finishEvents(),
    close: async () => {
      const started = await Promise.all(actors.values());
      await Promise.all(started.map((backend) => backend.close()));
    },
  };
}

async function absent(): Promise<Backend> {
  return { url: await refusedUrl(), connections: () => 0, close: async () => undefined };
}
