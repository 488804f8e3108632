/** One server-sent event. */
export interface ServerEvent {
  readonly name: string;
  readonly data: unknown;
}

/** A listener to `GET /api/v1/events` that remembers all that it is told. */
export interface EventListener {
  readonly status: number;
  readonly events: readonly ServerEvent[];
  /** The data of the last event of this name. */
  last(name: string): unknown;
  close(): void;
}

/** Listens until closed. */
export async function listenToEvents(baseUrl: string): Promise<EventListener> {
  const ending = new AbortController();
  const answer = await fetch(`${baseUrl}/api/v1/events`, { signal: ending.signal });
  const events: ServerEvent[] = [];
  // Ends with the connection, by whichever side.
  void collect(answer, events).catch(() => undefined);
  return {
    status: answer.status,
    events,
    last: (name) => events.findLast((event) => event.name === name)?.data,
    close: () => ending.abort(),
  };
}

async function collect({ body, ok }: Response, events: ServerEvent[]): Promise<void> {
  if (body === null || !ok) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const match = /^event: (.*)\ndata: (.*)$/.exec(block);
      if (match !== null) events.push({ name: match[1] ?? '', data: JSON.parse(match[2] ?? '') });
    }
  }
}
