import type { Disconnected, PluginEvent, Snapshot } from './event.ts';
import { byeDatagram, helloDatagram, type Speaker } from './hello.ts';
import { type Link, openLink, type Target } from './link.ts';
import { createPause, type Pause } from './pause.ts';
import type { ProblemReport } from './problem-report.ts';
import { readDatagram } from './read-datagram.ts';
import {
  type Begun,
  createSubscription,
  type DatagramOutcome,
  type Subscription,
} from './subscription.ts';

/** A connection to the daemon that renews itself. */
export interface SessionOptions extends Speaker, Target {
  readonly helloEveryMs: number;
}

/** What a session tells; nothing of it may throw. */
export interface SessionListener {
  readonly onEvent: (event: PluginEvent) => void;
  /** What is known may be out of date. */
  readonly onStale: (cause: Snapshot['cause']) => void;
  readonly report: ProblemReport;
}

/** A session under way. */
export interface DaemonSession {
  /** Says bye. Resolves when the socket is closed. */
  close(): Promise<void>;
}

/** A hello without an answer is said again after this share of the time between hellos. */
const RETRY_SHARE = 10;
/** So many hellos without an answer are silence. */
const SILENCE = 5;
/** What overtook others waits for them for this share of the time between hellos. */
const REORDER_SHARE = 50;

interface SessionState extends SessionOptions, SessionListener {
  readonly subscription: Subscription;
  readonly pause: Pause;
  link: Link | null;
  /** The daemon answers. */
  isConnected: boolean;
  /** Hellos on this link since anything was heard. */
  unanswered: number;
  /** The same over all links, those that could not be opened included. */
  turnsLost: number;
  /** The system says that nothing gets through on this link. */
  isBroken: boolean;
  /** What it said last since anything was heard. */
  failure: Error | null;
  reorderTimer: NodeJS.Timeout | null;
  readonly closing: AbortController;
}

/** Says hello every `helloEveryMs`, and ten times as often while nobody answers; for ever. */
export function startSession(options: SessionOptions, listener: SessionListener): DaemonSession {
  const state: SessionState = {
    ...options,
    ...listener,
    subscription: createSubscription(),
    pause: createPause(),
    link: null,
    isConnected: false,
    unanswered: 0,
    turnsLost: 0,
    isBroken: false,
    failure: null,
    reorderTimer: null,
    closing: new AbortController(),
  };
  const ended = keepAlive(state);
  return {
    close: () => {
      state.closing.abort();
      state.pause.end();
      return ended;
    },
  };
}

async function keepAlive(state: SessionState): Promise<void> {
  const { signal } = state.closing;
  for (let attempt = 0; !signal.aborted; ) {
    if (state.isBroken || state.unanswered >= SILENCE) await drop(state);
    if (state.link === null) state.link = await open(state, attempt++);
    if (!signal.aborted) await sayHello(state);
  }
  clearTimeout(state.reorderTimer ?? undefined);
  await drop(state);
}

/** Says hello, and waits until it is time for the next. */
async function sayHello(state: SessionState): Promise<void> {
  const { link, subscription, report, helloEveryMs } = state;
  const { text, nonce } = helloDatagram(state);
  subscription.ask(nonce);
  link?.send(text);
  state.unanswered += 1;
  state.turnsLost += 1;
  if (state.turnsLost >= SILENCE && !state.isConnected) report.tell('unreachable', whyNot(state));
  const isAnswered = state.isConnected && state.unanswered === 1;
  await state.pause.for(isAnswered ? helloEveryMs : helloEveryMs / RETRY_SHARE);
}

async function open(state: SessionState, attempt: number): Promise<Link | null> {
  try {
    return await openLink(state, attempt, {
      signal: state.closing.signal,
      onDatagram: (bytes) => hear(state, bytes),
      onFailure: (error) => {
        state.failure = error;
        state.isBroken = true;
        disconnect(state, 'refused');
      },
    });
  } catch (thrown) {
    state.failure = thrown instanceof Error ? thrown : new Error(String(thrown));
    return null;
  }
}

async function drop(state: SessionState): Promise<void> {
  disconnect(state, 'silence');
  const { link } = state;
  link?.send(byeDatagram(state));
  state.link = null;
  state.isBroken = false;
  state.unanswered = 0;
  await link?.close();
}

function disconnect(state: SessionState, cause: Disconnected['cause']): void {
  if (!state.isConnected) return;
  state.isConnected = false;
  state.subscription.lose();
  state.onEvent({ kind: 'disconnected', name: 'disconnected', cause });
  state.pause.end();
}

function hear(state: SessionState, bytes: Uint8Array): void {
  const heard = readDatagram(bytes, state.secret, state.report);
  if (heard === null) return;
  state.unanswered = 0;
  state.turnsLost = 0;
  state.failure = null;
  heed(state, state.subscription.receive(heard.message, heard.stamp));
  if (!state.subscription.isWaiting()) return;
  state.reorderTimer ??= setTimeout(() => {
    state.reorderTimer = null;
    heed(state, state.subscription.giveUp());
  }, state.helloEveryMs / REORDER_SHARE);
}

function heed(state: SessionState, outcomes: readonly DatagramOutcome[]): void {
  for (const outcome of outcomes) {
    if (outcome.kind === 'begun') begin(state, outcome);
    else if (outcome.kind === 'bye') disconnect(state, 'bye');
    else state.onEvent(outcome);
    if (outcome.kind === 'loss') state.onStale(outcome.cause);
  }
}

function begin(state: SessionState, { cause, version }: Begun): void {
  const { report, onEvent } = state;
  state.isConnected = true;
  for (const key of ['unreachable', 'signature', 'stranger'] as const) report.clear(key);
  const endpoint = state.link?.endpoint ?? '';
  const restarted = cause === 'restart';
  onEvent({ kind: 'connected', name: 'connected', version, endpoint, restarted });
  if (cause !== 'start') onEvent({ kind: 'loss', name: 'loss', cause, missed: null });
  state.onStale(cause);
}

function whyNot({ host, port, failure, secret }: SessionState): string {
  const seen = failure === null ? 'no answer' : failure.message;
  const same = secret === null ? 'unset' : 'the same';
  return (
    `autodock does not answer at UDP ${host}:${port} (${seen}): is it running there, its bus on ` +
    `(AUTODOCK_BUS_ENABLED) and reached from here (AUTODOCK_BUS_HOST), its secret (AUTODOCK_BUS_SECRET) ${same}?`
  );
}
