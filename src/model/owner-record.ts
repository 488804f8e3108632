import type { Engine } from './container.ts';
import type { Owner } from './ids.ts';
import type { SignOfLife } from './lease.ts';

/** What an owner publishes of itself in Redis. */
export interface OwnerRecord extends Pick<SignOfLife, 'leaseMs'> {
  /** The ID of the engine that passed last under it; null: not known. */
  readonly engineId: string | null;
  /** That engine's name; null: not known. */
  readonly engine: string | null;
}

/** An owner that passed on this Redis. */
export interface OwnerSeen extends OwnerRecord, SignOfLife {
  readonly owner: Owner;
}

const NOTHING: OwnerRecord = { engineId: null, engine: null, leaseMs: null };

/** The record as text: `{"id", "name", "leaseMs"}`; without the last if there is no lease. */
export function writeOwnerRecord({ id, name }: Engine, leaseMs: number | null): string {
  return JSON.stringify({ id, name, ...(leaseMs === null ? {} : { leaseMs }) });
}

/** Reads a record: what is no text, or text of somebody else's, tells nothing. */
export function parseOwnerRecord(text: unknown): OwnerRecord {
  const record = typeof text === 'string' ? membersOf(text) : null;
  if (record === null) return NOTHING;
  const { id, name, leaseMs } = record;
  return { engineId: textOrNull(id), engine: textOrNull(name), leaseMs: durationOrNull(leaseMs) };
}

function membersOf(text: string): { readonly [member: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null; // whose text it is does not matter here
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function durationOrNull(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 ? value : null;
}
