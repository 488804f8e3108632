import type { Presence } from '../../src/clients/knock.ts';
import type { Owner } from '../../src/model/ids.ts';
import type { ModelApply, ModelResult } from '../laws/model.ts';
import type { World } from '../laws/world.ts';
import type { Process } from './time.ts';

/** How long something that went wrong may take to be mended: until the next look of the timer, and a pass. */
export type Disturbance = 'until-resync' | 'for-a-pass';

/** A full list of containers. */
export interface Listed {
  /** When the engine served it. */
  readonly at: number;
  /** It lacked containers that run, and nobody could know. */
  readonly isShrunk: boolean;
}

/** One apply, as Redis saw it. */
export interface Applied {
  readonly process: Process;
  readonly input: ModelApply;
  readonly result: ModelResult;
  /** Of Redis. */
  readonly run: string;
  readonly before: World;
  readonly after: World;
}

/** What one owner took out of a lapsed one's, as Redis saw it. */
export interface Reaped {
  readonly lapsed: Owner;
  readonly mode: string | undefined;
  readonly before: World;
  readonly after: World;
}

/** Sees all that happens, and decides nothing. */
export interface Watch {
  /** Something went wrong, or is over just now. */
  disturbed(how: Disturbance): void;
  /** A list reached the process; null: it was not one, or none came. */
  listed(process: Process, list: Listed | null): void;
  /** The process asked whether an engine is there at all. */
  knocked(process: Process, presence: Presence): void;
  /** The epoch was raised, by the owner's pass under way in this process. */
  opened(process: Process, owner: string): void;
  applied(applied: Applied): void;
  /** Redis took a sign of life of an owner. */
  signed(owner: string): void;
  /** The record of an owner says from now on that its lease is over. */
  lapsed(owner: string): void;
  reaped(reaped: Reaped): void;
  /** Redis keeps what it holds now. */
  saved(): void;
  /** Redis came back with what it kept last, or with nothing. */
  restored(how: 'as-saved' | 'empty'): void;
}
