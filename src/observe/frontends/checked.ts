import { WRONG_TYPE } from '../../clients/redis-reply.ts';
import { ObserveError } from '../../errors.ts';
import type { Keys } from '../../model/keys.ts';

/** @throws ObserveError if a key of ours holds something else, so that there is no reply */
export function checked(reply: unknown, { owners, index, prefix }: Keys): unknown {
  if (reply !== WRONG_TYPE) return reply;
  const message =
    `Redis: ${owners}, ${index} or ${prefix}autodock:engine:* holds a value of another type than autodock ` +
    'writes; look with TYPE, and delete it if nobody needs it';
  throw new ObserveError('redis-malformed', message);
}
