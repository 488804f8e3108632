import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { DockerConfig } from '../config/config.ts';

/** A boot of the engine's host. */
export interface Boot {
  /** As its kernel calls it, the same in every container; another one after the next boot, and on every other machine. */
  readonly id: string;
  /** How long ago it was, milliseconds. */
  readonly upMs: () => number;
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/**
 * The boot of the engine's host; null: that is not known, as the engine is not reached by a socket of this host, or the
 * system tells none.
 */
export function readBoot({ host }: Pick<DockerConfig, 'host'>): Boot | null {
  if (!host.startsWith('unix://')) return null;
  try {
    const id = readFileSync(BOOT_ID, 'latin1').trim();
    return { id, upMs: () => Math.round(uptime() * 1_000) };
  } catch {
    return null; // decided: not Linux, whose engine is on another kernel than this process
  }
}
