import { readFileSync } from 'node:fs';
import type { RedisConnection } from '../clients/redis.ts';

const APPLY_SCRIPT = readFileSync(new URL('./apply.lua', import.meta.url), 'utf8');

/** Makes `apply.lua` the command `autodockApply` of this connection. */
export function defineApply(redis: Pick<RedisConnection, 'define'>): void {
  redis.define('autodockApply', APPLY_SCRIPT);
}
