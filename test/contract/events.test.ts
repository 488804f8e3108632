import { IncomingMessage, ServerResponse } from 'node:http';
import { connect, Socket } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createEvents, type EventsOptions } from '../../src/http/events.ts';
import { serveHttp } from '../../src/http/server.ts';
import { listenToEvents } from '../parts/event-source.ts';
import { staysFor, waitFor, waitUntil } from '../parts/wait-for.ts';

const QUICK = { tickMs: 5, heartbeatMs: 60_000, maxClients: 3, maxUnreadBytes: 1_048_576 };

/** A server that tells what `present.text` says. */
async function open(options: Partial<EventsOptions> = {}) {
  const present = { text: '{"n":0}', looks: 0 };
  const tell = () => {
    present.looks += 1;
    return present.text;
  };
  const events = createEvents({ ...QUICK, tell, ...options });
  const server = await serveHttp({
    host: '127.0.0.1',
    port: 0,
    names: [],
    routes: { '/api/v1/events': { GET: () => events.subscribe() } },
    log: pino({ level: 'silent' }),
  });
  onTestFinished(() => server.close());
  const listen = async () => {
    const listener = await listenToEvents(`http://127.0.0.1:${server.port}`);
    onTestFinished(listener.close);
    return listener;
  };
  return { present, events, server, listen };
}

test('a listener is told the present at once, and then whatever differs from it', async () => {
  const { present, listen } = await open();
  const listener = await listen();
  await waitFor('the present', () => expect(listener.last('present')).toEqual({ n: 0 }));
  present.text = '{"n":1}';
  await waitFor('the change', () => expect(listener.last('present')).toEqual({ n: 1 }));
  await staysFor(100, () => expect(listener.events).toHaveLength(2));
});

test('a listener that comes later is told the same present', async () => {
  const { present, listen } = await open();
  await listen();
  present.text = '{"n":1}';
  const second = await listen();
  await waitFor('the present', () => expect(second.last('present')).toEqual({ n: 1 }));
});

test('while nothing changes a listener hears that the connection lives', async () => {
  const { listen } = await open({ heartbeatMs: 20 });
  const listener = await listen();
  await waitFor('two heartbeats', () => {
    expect(listener.events.filter(({ name }) => name === 'alive').length).toBeGreaterThan(1);
  });
  expect(listener.events.filter(({ name }) => name === 'present')).toHaveLength(1);
});

test('one listener too many is told when to come again, and has its place when another leaves', async () => {
  const { events, server, listen } = await open();
  const [first] = [await listen(), await listen(), await listen()];
  const refused = await fetch(`http://127.0.0.1:${server.port}/api/v1/events`);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10']);
  expect(await refused.json()).toMatchObject({ status: 503, detail: '3 listen already.' });
  first.close();
  await waitFor('the place', () => expect(events.clients()).toBe(2));
  expect((await listen()).status).toBe(200);
});

test('a listener that does not read is dropped, and the others are not', async () => {
  const { present, events, server, listen } = await open({ maxUnreadBytes: 65_536 });
  const reads = await listen();
  const idle: Socket = connect(server.port, '127.0.0.1');
  onTestFinished(() => void idle.destroy());
  idle.pause().write('GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  await waitFor('both', () => expect(events.clients()).toBe(2));
  let n = 0;
  await waitUntil('it to be dropped', () => {
    n += 1;
    present.text = JSON.stringify({ n, text: 'x'.repeat(200_000) });
    return events.clients() === 1;
  });
  present.text = '{"n":"after"}';
  await waitFor('the other to be told', () => {
    expect(reads.last('present')).toEqual({ n: 'after' });
  });
});

test('nothing is looked at while nobody listens, before the first and after the last', async () => {
  const { present, events, listen } = await open();
  await staysFor(50, () => expect(present.looks).toBe(0));
  const listeners = [await listen(), await listen()];
  await waitFor('looks', () => expect(present.looks).toBeGreaterThan(5));
  for (const { close } of listeners) close();
  await waitFor('all to have left', () => expect(events.clients()).toBe(0));
  const { looks } = present;
  await staysFor(100, () => expect(present.looks).toBe(looks));
  const again = await listen();
  await waitFor('the present', () => expect(again.last('present')).toEqual({ n: 0 }));
});

test('HEAD says what it is and takes nobody’s place', async () => {
  const { events, server } = await open();
  const url = `http://127.0.0.1:${server.port}/api/v1/events`;
  const answer = await fetch(url, { method: 'HEAD' });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  expect(events.clients()).toBe(0);
});

test('the server closes at once whoever listens', async () => {
  const { events, server, listen } = await open();
  await listen();
  await server.close();
  await waitFor('it to have left', () => expect(events.clients()).toBe(0));
});

test('requests that wait behind a stream on one connection take nobody’s place', async () => {
  const { events, server, listen } = await open();
  const socket = connect(server.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.resume().write('GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(40));
  await waitFor('the first', () => expect(events.clients()).toBe(1));
  await staysFor(100, () => expect(events.clients()).toBe(1));
  socket.destroy();
  await waitFor('it to have left', () => expect(events.clients()).toBe(0));
  expect((await listen()).status).toBe(200);
});

test('who is gone before the stream opens, or comes when it is full, is not counted', () => {
  const events = createEvents({ ...QUICK, tell: () => '{}', maxClients: 1 });
  const response = () => new ServerResponse(new IncomingMessage(new Socket()));
  const [first, second, gone] = [response(), response(), response()];
  gone.destroy();
  const replies = [gone, first, second].map((client) => [client, events.subscribe()] as const);
  for (const [client, reply] of replies) if (reply.kind === 'stream') reply.open(client);
  expect([events.clients(), first.destroyed, second.destroyed]).toEqual([1, false, true]);
  first.emit('close');
  expect(events.clients()).toBe(0);
});
