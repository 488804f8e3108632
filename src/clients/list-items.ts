import { ObserveError } from '../errors.ts';

/**
 * What lies between two containers in every engine's reply. In JSON it can stand nowhere but between two objects,
 * as the quotes of a text are escaped: if all that it parts is JSON, these are the items.
 */
const BETWEEN = Buffer.from('},{"Id":"');
const OPENING = 0x5b;
const CLOSING = 0x5d;
const BLANKS = Buffer.from(' \t\r\n');

/**
 * Told the bytes of an item, which it must not change.
 * @returns false: they are no JSON
 */
export type OnItem = (item: Buffer) => boolean;

/**
 * Reads a list of containers item by item as its bytes come: of ten thousand most are as they were, and neither
 * their text nor their objects are ever made.
 *
 * @throws ObserveError `docker-malformed` if it is no list, or not all of one; what the listener throws
 */
export async function readListItems(
  body: AsyncIterable<Buffer> | Iterable<Buffer>,
  onItem: OnItem,
): Promise<void> {
  const cutter = createCutter(onItem);
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (!cutter.push(chunk)) break;
  }
  if (!cutter.end()) throw malformedList(`${size} bytes that are no list`);
}

/** The list as a whole is not to be trusted. */
export function malformedList(seen: string): ObserveError {
  const message = `Docker: list of containers: malformed reply (${seen})`;
  return new ObserveError('docker-malformed', message);
}

interface Cutter {
  /** false: this is no list, whatever else comes. */
  push(chunk: Buffer): boolean;
  /** false: this was no list. */
  end(): boolean;
}

function createCutter(onItem: OnItem): Cutter {
  let hasBegun = false;
  let hasItems = false;
  /** After the last cut. */
  let rest: Buffer = Buffer.alloc(0);
  /** From the first part on that is no JSON by itself: cut at the wrong place, or no JSON at all. */
  const odd: Buffer[] = [];

  const take = (part: Buffer) => {
    hasItems = true;
    if (odd.length > 0 || !onItem(part)) odd.push(part);
  };
  /** Takes what stands before the last cut in the bytes; returns what follows it. */
  const cut = (bytes: Buffer, start: number): Buffer => {
    let from = start;
    for (let at = bytes.indexOf(BETWEEN, from); at !== -1; at = bytes.indexOf(BETWEEN, from)) {
      take(bytes.subarray(from, at + 1));
      from = at + 2;
    }
    return bytes.subarray(from);
  };
  return {
    push(chunk) {
      if (hasBegun) {
        // Only the item that two chunks share is put together.
        const at = chunk.indexOf(BETWEEN);
        const shared = Buffer.concat([rest, at === -1 ? chunk : chunk.subarray(0, at + 1)]);
        rest = cut(shared, 0);
        if (at === -1) return true;
        take(rest);
        rest = cut(chunk, at + 2);
        return true;
      }
      rest = Buffer.concat([rest, chunk]);
      const opening = blanksAtStart(rest);
      hasBegun = rest[opening] === OPENING;
      if (hasBegun) rest = cut(rest, opening + 1);
      return hasBegun || opening === rest.length;
    },
    end() {
      const closing = rest.lastIndexOf(CLOSING);
      const isClosed = closing !== -1 && isBlank(rest.subarray(closing + 1));
      if (!hasBegun || !isClosed) return false;
      const last = rest.subarray(0, closing);
      if (hasItems || !isBlank(last)) take(last);
      return odd.length === 0 || readWhole(odd, onItem);
    },
  };
}

/** Of an engine that begins its items otherwise, or has such items within items. */
function readWhole(parts: readonly Buffer[], onItem: OnItem): boolean {
  try {
    const items = JSON.parse(`[${parts.join()}]`) as readonly unknown[];
    return items.every((item) => onItem(Buffer.from(JSON.stringify(item))));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function isBlank(bytes: Buffer): boolean {
  return blanksAtStart(bytes) === bytes.length;
}

function blanksAtStart(bytes: Buffer): number {
  const at = bytes.findIndex((byte) => !BLANKS.includes(byte));
  return at === -1 ? bytes.length : at;
}
