import { loadScript } from '../clients/lua-script.ts';
import type { RedisConnection } from '../clients/redis.ts';
import type { Epoch, Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';

const BOOT_SCRIPT = loadScript(new URL('./scripts/boot.lua', import.meta.url));

/**
 * Says in which boot of its host an owner's routes were written, unless another pass than this one is at work.
 *
 * @param boot null: that is not known
 * @throws ApplyError if the write failed, with what is known of its outcome
 */
export async function publishBoot(
  redis: RedisConnection,
  keys: Keys,
  { owner, epoch }: { readonly owner: Owner; readonly epoch: Epoch },
  boot: string | null,
): Promise<void> {
  redis.define('autodockBoot', BOOT_SCRIPT);
  const names = [keys.owners, keys.engine(owner)];
  await redis.write(['autodockBoot', names.length, ...names, owner, epoch, boot ?? '']);
}
