import { ObserveError } from '../../errors.ts';
import { parseClaim } from '../../model/claim-text.ts';
import {
  type Claim,
  type FrontendList,
  LONGEST_LIST,
  type ObservedFrontend,
} from '../../model/frontend.ts';
import type { Owner } from '../../model/ids.ts';
import { chunksOf } from './chunks.ts';

/** Reads what `read.lua` tells of vhosts, and remembers it. */
export interface FrontendTexts {
  /** An unchanged text yields the identical object of the last time, so that others can tell cheaply. */
  parse(vhost: string, text: string, owners: readonly string[]): ObservedFrontend;
  /** Forgets all other vhosts. */
  retain(vhosts: ReadonlySet<string>): void;
}

interface Remembered {
  readonly text: string;
  /** Whom the numbers in the text mean, one a line. */
  readonly owners: string;
  readonly frontend: ObservedFrontend;
}

/** An empty memory. */
export function createFrontendTexts(): FrontendTexts {
  const known = new Map<string, Remembered>();
  return {
    parse(vhost, text, owners) {
      const joined = owners.join('\n');
      const before = known.get(vhost);
      if (before?.text === text && before.owners === joined) return before.frontend;
      const frontend = parseFrontend(vhost, text, owners);
      known.set(vhost, { text, owners: joined, frontend });
      return frontend;
    },
    retain(vhosts) {
      for (const vhost of known.keys()) if (!vhosts.has(vhost)) known.delete(vhost);
    },
  };
}

/** For LRANGE: behind the identifier one backend more than a list may hold, by which a longer one is told. */
export const LAST_READ = LONGEST_LIST + 1;

/** What LRANGE, or TYPE where that failed, says of a frontend. */
export function frontendList(value: unknown): FrontendList {
  if (typeof value === 'string') return { kind: 'wrong-type', type: value };
  if (Array.isArray(value) && value.length > LAST_READ) return { kind: 'too-long' };
  const [identifier, ...entries] = Array.isArray(value) ? value.map(String) : [];
  return identifier === undefined ? { kind: 'absent' } : { kind: 'list', identifier, entries };
}

function parseFrontend(vhost: string, text: string, owners: readonly string[]): ObservedFrontend {
  const [list, ...rest] = parseArray(vhost, text);
  const claims = new Map<Owner, Claim | 'malformed'>();
  let options: ObservedFrontend['options'];
  for (let i = 0; i < rest.length; i += 2) {
    if (rest[i] === 'options') {
      options = pairsOf(rest[i + 1]);
      continue;
    }
    const owner = owners[Number(rest[i]) - 1];
    const claim = rest[i + 1];
    if (owner === undefined) throw malformed(vhost);
    claims.set(owner as Owner, typeof claim === 'string' ? parseClaim(claim) : 'malformed');
  }
  return { vhost, list: frontendList(list), claims, ...(options === undefined ? {} : { options }) };
}

/** What fronts are asked, by owners. Lua's empty table is an object. */
function pairsOf(flat: unknown): ReadonlyMap<Owner, string> {
  const texts = Array.isArray(flat) ? flat.map(String) : [];
  return new Map(chunksOf(texts, 2).map(([owner = '', text = '']) => [owner as Owner, text]));
}

function parseArray(vhost: string, text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch (cause) {
    throw malformed(vhost, { cause });
  }
  throw malformed(vhost);
}

function malformed(vhost: string, options?: ErrorOptions): ObserveError {
  const message = `Redis: what was read of frontend ${JSON.stringify(vhost)} makes no sense`;
  return new ObserveError('redis-malformed', message, options);
}
