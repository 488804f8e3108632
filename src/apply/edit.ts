import type { RedisCommand, RedisConnection } from '../clients/redis.ts';
import { OUT_OF_MEMORY } from '../clients/redis-reply.ts';
import { ApplyError } from '../errors.ts';
import type { Keys } from '../model/keys.ts';
import type { FrontendEdit } from '../model/plan.ts';
import type { MarkedHost } from './batches.ts';
import { type AppliedVhost, parseReply } from './reply.ts';
import { defineApply } from './script.ts';
import { findMarkedHosts } from './wildcard-marks.ts';

/** What became of an edit. */
export interface EditResult {
  readonly result: AppliedVhost;
  /** Entries that were to go, and stay because an owner claims them. */
  readonly spared: number;
}

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

const NO_OWNER = '';
const NO_EPOCH = '';
const NO_HOLD = 0;

/** Edits frontends by the mode `edit` of the script `apply.lua`, without owner and epoch. */
export function createEditor(redis: RedisConnection, keys: Keys): Editor {
  defineApply(redis);
  return {
    async edit(edit) {
      const wildcards = new Set(edit.vhost.startsWith('*') ? [edit.vhost] : []);
      const hosts = await findMarkedHosts(redis, keys, wildcards);
      const reply = await redis.write(command(keys, edit, hosts.get(edit.vhost) ?? []));
      if (reply === OUT_OF_MEMORY) {
        const message = `Redis at ${redis.address} is out of memory (maxmemory): nothing was written; raise its maxmemory`;
        throw new ApplyError('redis-refused', message);
      }
      const parsed = parseReply(reply, [edit.vhost]);
      const [result] = parsed.kind === 'applied' ? parsed.results : [];
      if (parsed.kind === 'fenced' || result === undefined) {
        throw new ApplyError('redis-malformed', 'Redis: the reply to an edit makes no sense');
      }
      return { result, spared: parsed.lacking };
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
  const fence = [NO_OWNER, NO_EPOCH, NO_HOLD, 'edit'] as const;
  return ['autodockApply', 1, keys.owners, keys.prefix, ...fence, JSON.stringify([write])];
}

function wishOf(edit: FrontendEdit) {
  switch (edit.kind) {
    case 'add':
      return { urls: [edit.url], copies: [1] };
    case 'remove':
      return { urls: [], copies: [], take: edit.texts, force: edit.force };
    case 'clear':
      return { urls: [], copies: [], all: true, force: edit.force };
  }
}
