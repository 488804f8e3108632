import { loadScript } from '../clients/lua-script.ts';
import type { RedisCommand, RedisConnection } from '../clients/redis.ts';
import { OUT_OF_MEMORY } from '../clients/redis-reply.ts';
import { ApplyError } from '../errors.ts';
import { LATEST_TIME } from '../model/claim-text.ts';
import { LONGEST_LIST } from '../model/frontend.ts';
import type { Keys } from '../model/keys.ts';
import type { FrontendEdit } from '../model/plan.ts';
import type { MarkedHost } from './batches.ts';
import { type EditResult, parseEditReply } from './reply.ts';
import { findMarkedHosts } from './wildcard-marks.ts';

/** Writes what a person wants at one vhost; see `createEditor`. */
export interface Editor {
  /**
   * One atomic step on the list as it is at that moment: dead marks stay with their backends, and a list that
   * loses its last URL goes with its key, unless an owner holds the vhost.
   *
   * @throws ApplyError if the write failed, with what is known of its outcome
   * @throws ObserveError if the marks under a wildcard could not be read; nothing was written
   */
  edit(edit: FrontendEdit): Promise<EditResult>;
}

const EDIT_SCRIPT = loadScript(new URL('./scripts/edit.lua', import.meta.url));

/** Edits frontends by the script `edit.lua`, without owner and epoch. */
export function createEditor(redis: RedisConnection, keys: Keys): Editor {
  redis.define('autodockEdit', EDIT_SCRIPT);
  return {
    async edit(edit) {
      const wildcards = new Set(edit.vhost.startsWith('*') ? [edit.vhost] : []);
      const hosts = await findMarkedHosts(redis, keys, wildcards);
      const reply = await redis.write(command(keys, edit, hosts.get(edit.vhost) ?? []));
      if (reply === OUT_OF_MEMORY) {
        const message = `Redis at ${redis.address} is out of memory (maxmemory): nothing was written; raise its maxmemory`;
        throw new ApplyError('redis-refused', message);
      }
      return parseEditReply(reply, edit.vhost);
    },
  };
}

function command(keys: Keys, edit: FrontendEdit, hosts: readonly MarkedHost[]): RedisCommand {
  const write = {
    v: edit.vhost,
    id: edit.identifier,
    ...wishOf(edit),
    ...(hosts.length === 0 ? {} : { hosts }),
  };
  const limits = [LONGEST_LIST, LATEST_TIME] as const;
  return ['autodockEdit', 1, keys.owners, keys.prefix, ...limits, JSON.stringify(write)];
}

function wishOf(edit: FrontendEdit) {
  switch (edit.kind) {
    case 'add':
      return { urls: [edit.url] };
    case 'remove':
      return { urls: [], take: edit.texts, force: edit.force };
    case 'clear':
      return { urls: [], all: true, force: edit.force };
  }
}
