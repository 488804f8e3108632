import type { ServerResponse } from 'node:http';
import type { DockerPath, DockerRequestKind } from './docker-path.ts';

/** What goes wrong with an answer. */
export type Fault =
  /** An error of the engine or of a proxy before it. */
  | { readonly kind: 'status'; readonly status: number; readonly message: string }
  /** 200 with this body instead of the right one: empty, `null`, `{}`, HTML … */
  | { readonly kind: 'body'; readonly body: string }
  /** The headers promise all of it, half of it comes, then the connection ends. */
  | { readonly kind: 'truncate' }
  /** Half of it comes, then nothing, and the connection stays. */
  | { readonly kind: 'stall' }
  /** Byte by byte, a pause after each. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** Accepted, never answered. */
  | { readonly kind: 'hang' }
  /** The connection is closed without an answer. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'redirect'; readonly location: string };

/** Where a fault strikes. */
export interface FaultTarget {
  /** Of inspections, only that of this container. */
  readonly id?: string;
  /** How often. Default: until `heal`. */
  readonly times?: number;
}

interface ActiveFault {
  readonly kind: DockerRequestKind;
  readonly fault: Fault;
  readonly id: string | null;
  left: number;
}

/** The faults of an engine. */
export function createFaults() {
  let faults: readonly ActiveFault[] = [];
  return {
    fail(kind: DockerRequestKind, fault: Fault, { id, times }: FaultTarget = {}): void {
      const left = times ?? Number.POSITIVE_INFINITY;
      faults = [...faults, { kind, fault, id: id ?? null, left }];
    },
    heal(kind?: DockerRequestKind): void {
      faults = kind === undefined ? [] : faults.filter((fault) => fault.kind !== kind);
    },
    /** The latest fault that fits a request, or null; one time less is left of it. */
    strike(asked: DockerPath): Fault | null {
      const active = faults.findLast(
        ({ kind, id }) => kind === asked.kind && (id === null || id === asked.id),
      );
      if (active === undefined) return null;
      active.left -= 1;
      if (active.left <= 0) faults = faults.filter((fault) => fault !== active);
      return active.fault;
    },
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Spoils an answer whose right body is known. */
export function serveFault(reply: ServerResponse, fault: Fault, body: Buffer): void {
  switch (fault.kind) {
    case 'status':
      reply.writeHead(fault.status, JSON_TYPE).end(JSON.stringify({ message: fault.message }));
      return;
    case 'body':
      reply.writeHead(200, JSON_TYPE).end(fault.body);
      return;
    case 'truncate':
      reply.writeHead(200, { ...JSON_TYPE, 'content-length': body.length });
      reply.write(body.subarray(0, body.length / 2), () => reply.socket?.destroy());
      return;
    case 'stall':
      reply.writeHead(200, { ...JSON_TYPE, 'content-length': body.length });
      reply.write(body.subarray(0, body.length / 2));
      return;
    case 'drip':
      drip(reply, body, fault.everyMs);
      return;
    case 'hang':
      return;
    case 'cut':
      reply.socket?.destroy();
      return;
    case 'redirect':
      reply.writeHead(301, { location: fault.location }).end();
  }
}

function drip(reply: ServerResponse, body: Buffer, everyMs: number): void {
  reply.writeHead(200, { ...JSON_TYPE, 'content-length': body.length });
  let at = 0;
  const timer = setInterval(() => {
    if (at < body.length) reply.write(body.subarray(at, at + 1));
    else reply.end();
    at += 1;
  }, everyMs);
  reply.on('close', () => clearInterval(timer));
}
