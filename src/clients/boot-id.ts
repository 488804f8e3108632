import { readFileSync } from 'node:fs';
import type { DockerConfig } from '../config/config.ts';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/**
 * The boot of the engine's host, as its kernel calls it: the same in every container; null: that is not known, as the
 * engine is not reached by a socket of this host, or the system tells none.
 */
export function readBootId({ host }: Pick<DockerConfig, 'host'>): string | null {
  if (!host.startsWith('unix://')) return null;
  try {
    return readFileSync(BOOT_ID, 'latin1').trim();
  } catch {
    return null; // decided: not Linux, whose engine is on another kernel than this process
  }
}
