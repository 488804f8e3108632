/** What the API answers, as far as the page looks at it; /api/v1/openapi.json describes it all. */
export interface Condition {
  readonly up: boolean;
  readonly since: string;
  readonly error: string | null;
}

/** `GET /api/v1/status`. */
export interface Status {
  readonly version: string;
  readonly ready: { readonly ok: boolean; readonly reason: string | null };
  readonly owner: string | null;
  readonly engine: {
    readonly id: string;
    readonly name: string;
    readonly apiVersion: string;
  } | null;
  readonly docker: Condition & { readonly eventStream: Condition & { readonly enabled: boolean } };
  readonly redis: Condition & { readonly address: string };
  readonly lastPass: {
    readonly at: string;
    readonly result: string;
    readonly durationMs: number;
    readonly reasons: readonly string[];
    readonly error: string | null;
  } | null;
  readonly guard: { readonly since: string | null; readonly vhosts: readonly string[] } | null;
  readonly otherOwners: readonly { readonly owner: string; readonly lastPassAt: string }[];
  readonly unknown: readonly string[];
  readonly faults: readonly {
    readonly vhost: string;
    readonly key: string;
    readonly problem: string;
  }[];
}

/** One entry of a route's list. */
export interface Backend {
  readonly url: string;
  readonly owner: 'self' | 'other' | 'foreign';
  readonly ownerId: string | null;
  readonly containers: readonly string[];
}

/** Slots that a front found dead, of one requested host. */
export interface Marks {
  readonly host: string;
  readonly slots: readonly number[];
  readonly expiresInMs: number | null;
}

/** One of `GET /api/v1/routes`. */
export interface Route {
  readonly vhost: string;
  readonly held: boolean;
  readonly backends: readonly Backend[];
  readonly dead: readonly Marks[] | null;
}

/** Why a container does not get what it asks for, and what to do. */
export interface Rejection {
  readonly reason: string;
  readonly vhost: string | null;
  readonly detail: string;
  readonly remedy: string;
}

/** One of `GET /api/v1/containers`. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly verdict: string;
  readonly rejections: readonly Rejection[];
  readonly hints: readonly string[];
}

/** A backend that came or went. */
export interface ChangedBackend {
  readonly url: string;
  readonly copies: number;
  readonly containers: readonly string[];
}

/** One of `GET /api/v1/changes`. */
export interface Change {
  readonly number: number;
  readonly at: string;
  readonly kind: string;
  readonly vhost: string;
  readonly triggers: readonly string[];
  readonly added: readonly ChangedBackend[];
  readonly removed: readonly ChangedBackend[];
  readonly more: number;
}

/** The present plan, or why there is none. */
export type Plan =
  | { readonly kind: 'plan'; readonly changes: readonly unknown[]; readonly text: string }
  | { readonly kind: 'problem'; readonly detail: string };

/** Whether the controller is heard. */
export type Connection = 'connecting' | 'live' | 'lost';

/** All that the page shows. What was never answered is null. */
export interface State {
  readonly connection: Connection;
  /** When it became so, milliseconds since 1970. */
  readonly connectionSince: number;
  readonly status: Status | null;
  readonly routes: readonly Route[] | null;
  /** When the routes were asked for, milliseconds since 1970. */
  readonly routesAt: number;
  readonly containers: readonly Container[] | null;
  readonly changes: readonly Change[] | null;
  readonly plan: Plan | null;
  readonly planAt: number;
}
