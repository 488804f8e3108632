/** The proxies whose deliberate differences the cases know. */
export type ProfileName = 'autodock' | 'hipache' | 'planb';

/** A status by its meaning; `profiles.ts` says what each proxy gives. */
export type StatusName =
  | 'bad host'
  | 'unknown'
  | 'held'
  | 'all dead'
  | 'unreachable'
  | 'wrong type'
  | 'slow';

/**
 * What stands in Redis. A list's identifier is written by the runner; its entries are names of backends
 * (`stage.ts`) or texts in which `<name>` stands for a backend's port. `null` deletes.
 */
export interface Keys {
  readonly lists?: Readonly<Record<string, readonly string[] | null>>;
  /** Slots marked dead, by requested host. */
  readonly dead?: Readonly<Record<string, readonly string[]>>;
  /** How long these marks last. Default: for ever. */
  readonly deadMs?: number;
  /** What containers ask of proxies for a vhost, by labels (`autodock:options:<vhost>`): milliseconds, or words. */
  readonly options?: Readonly<Record<string, Readonly<Record<string, number | string>>>>;
  /** Keys of the wrong type: `frontend:a.com` is a text. */
  readonly texts?: Readonly<Record<string, string>>;
}

/** A request like any browser's, on a connection of its own unless `kept` says otherwise. */
export interface HttpStep {
  readonly kind: 'http';
  readonly host: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text, or so many bytes of it. */
  readonly body?: string | number;
  /** Sent so often, one after the other. Default 1. */
  readonly times?: number;
  /** The client's address. Default `127.0.0.1`; `127.0.0.2` is one that our front trusts. */
  readonly from?: string;
  /** On one connection that all such steps of a case share. */
  readonly kept?: boolean;
}

/** Bytes as they are; the answers are read until the proxy closes. */
export interface RawStep {
  readonly kind: 'raw';
  readonly bytes: string;
}

/** The handshake of a WebSocket, and a text that must come back. */
export interface WebSocketStep {
  readonly kind: 'websocket';
  readonly host: string;
  readonly times?: number;
  /** Silent for so long before the text is sent. */
  readonly idleMs?: number;
}

/** A stream of events that is held after the first until the client has seen that one. */
export interface StreamStep {
  readonly kind: 'stream';
  readonly host: string;
}

/** An upload that is held after the first half until the backend has seen that one. */
export interface UploadStep {
  readonly kind: 'upload';
  readonly host: string;
  readonly bytes: number;
  readonly chunked?: boolean;
}

/** Changes what stands in Redis. */
export interface ChangeStep {
  readonly kind: 'change';
  readonly keys: Keys;
}

/** Waits until the marks of a host are these, or end. */
export interface MarkedStep {
  readonly kind: 'marked';
  readonly host: string;
  readonly slots: readonly string[];
}

/** Lets Redis answer nobody for a while, as if it were frozen. */
export interface FreezeStep {
  readonly kind: 'freeze';
  readonly ms: number;
}

export type Step =
  | HttpStep
  | RawStep
  | WebSocketStep
  | StreamStep
  | UploadStep
  | ChangeStep
  | MarkedStep
  | FreezeStep;

/** A header or body: equal, matching, or absent. */
export type Text = string | RegExp | null;

/** What must come out; everything that is not named is free. */
export interface Expectation {
  /**
   * Who answered: the name of a backend, a status, or `closed` (no answer). In order, or how often each,
   * exactly or from-to.
   */
  readonly answers?:
    | readonly (string | number)[]
    | Readonly<Record<string, number | readonly [number, number]>>;
  /** Headers of the last answer. */
  readonly headers?: Readonly<Record<string, Text>>;
  /** Part of the last answer's body; of a raw step all that came back. */
  readonly body?: string | RegExp;
  /** What the last answer's body must not hold. */
  readonly without?: string;
  /** Request headers as the last backend saw them. */
  readonly seen?: Readonly<Record<string, Text>>;
  /** What else that backend saw. */
  readonly request?: { readonly method?: string; readonly url?: string; readonly bytes?: number };
  /** The marks of a host in the end, once everything under way is written. */
  readonly dead?: Readonly<Record<string, readonly string[] | { readonly count: number }>>;
  /** Seconds that the marks of a host last, from-to. */
  readonly ttl?: Readonly<Record<string, readonly [number, number]>>;
  /** What was published on `dead`, with names for URLs: `a.com;refused;0;2`. */
  readonly messages?: readonly string[];
  /** Requests that reached a backend, from-to. */
  readonly reached?: Readonly<Record<string, readonly [number, number]>>;
}

/** One line of the suite. */
export interface Case {
  /** A sentence. */
  readonly name: string;
  readonly redis?: Keys;
  readonly steps: readonly Step[];
  readonly expect: Expectation;
  /** Where a proxy differs: what it does instead, or in words why the case is not for it. */
  readonly except?: Readonly<Partial<Record<ProfileName, Expectation | string>>>;
}

/** A `GET` for each host, in this order. */
export function get(...hosts: readonly string[]): readonly HttpStep[] {
  return hosts.map((host) => ({ kind: 'http', host }));
}

/** So many `GET`s for one host. */
export function gets(host: string, times: number): readonly HttpStep[] {
  return [{ kind: 'http', host, times }];
}
