import { ObserveError } from '../errors.ts';

/**
 * What lies between two containers in every engine's reply. In JSON it can stand nowhere but between two objects,
 * as the quotes of a text are escaped: if all that it parts is JSON, these are the items.
 */
const BETWEEN = Buffer.from('},{"Id":"');
/** How far it may reach into a chunk from the one before. */
const REACH = BETWEEN.length - 1;
const OPENING = 0x5b;
const CLOSING = 0x5d;
const BLANKS = Buffer.from(' \t\r\n');

/**
 * Told the bytes of an item, which it must not change.
 * @returns false: they are not JSON
 */
export type OnItem = (item: Buffer) => boolean;

/**
 * Reads a list of containers item by item as its bytes come: of ten thousand most are as they were, and whoever
 * knows their bytes makes neither text nor objects of them. A list whose items begin otherwise is parsed as a whole.
 *
 * @throws ObserveError `docker-malformed` if it is not a list, or not all of one; what the listener throws
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
  if (!cutter.end()) throw malformedList(`${size} bytes that are not a list`);
}

/** The list as a whole is not to be trusted. */
export function malformedList(seen: string): ObserveError {
  const message = `Docker: list of containers: malformed reply (${seen})`;
  return new ObserveError('docker-malformed', message);
}

interface Cutter {
  /** false: this cannot be a list, whatever else comes. */
  push(chunk: Buffer): boolean;
  /** false: this was not a list. */
  end(): boolean;
}

function createCutter(onItem: OnItem): Cutter {
  let hasBegun = false;
  let hasItems = false;
  const rest = createRest();
  /** From the first part on that is not JSON by itself: cut at the wrong place, or not JSON at all. */
  const odd: Buffer[] = [];

  const take = (part: Buffer) => {
    hasItems = true;
    if (odd.length > 0 || !onItem(part)) odd.push(part);
  };
  /** Takes what stands before the last cut in the bytes, and keeps what follows it. */
  const cut = (bytes: Buffer, start: number) => {
    let from = start;
    for (let at = bytes.indexOf(BETWEEN, from); at !== -1; at = bytes.indexOf(BETWEEN, from)) {
      take(bytes.subarray(from, at + 1));
      from = at + 2;
    }
    rest.keep(bytes.subarray(from));
  };
  const begin = (bytes: Buffer): boolean => {
    const opening = blanksAtStart(bytes);
    hasBegun = bytes[opening] === OPENING;
    if (hasBegun) cut(bytes, opening + 1);
    return hasBegun || opening === bytes.length;
  };
  return {
    push(chunk) {
      if (!hasBegun) return begin(chunk);
      const at = chunk.indexOf(BETWEEN);
      if (rest.meets(chunk)) cut(rest.with(chunk), 0);
      else if (at === -1) rest.add(chunk);
      else {
        take(rest.with(chunk.subarray(0, at + 1)));
        cut(chunk, at + 2);
      }
      return true;
    },
    end() {
      const bytes = rest.with(Buffer.alloc(0));
      const closing = bytes.lastIndexOf(CLOSING);
      const isClosed = closing !== -1 && isBlank(bytes.subarray(closing + 1));
      if (!hasBegun || !isClosed) return false;
      const last = bytes.subarray(0, closing);
      if (hasItems || !isBlank(last)) take(last);
      return odd.length === 0 || readWhole(odd, onItem);
    },
  };
}

/** What came after the last cut. */
interface Rest {
  keep(bytes: Buffer): void;
  add(chunk: Buffer): void;
  /** Together with what follows it. */
  with(bytes: Buffer): Buffer;
  /** Whether there is a cut across its end. */
  meets(chunk: Buffer): boolean;
}

/** Chunks are put together once, however many an item has. */
function createRest(): Rest {
  let chunks: Buffer[] = [];
  let tail: Buffer = Buffer.alloc(0);
  return {
    keep(bytes) {
      chunks = [bytes];
      tail = bytes.subarray(-REACH);
    },
    add(chunk) {
      chunks.push(chunk);
      tail = Buffer.concat([tail, chunk.subarray(-REACH)]).subarray(-REACH);
    },
    with: (bytes) => Buffer.concat([...chunks, bytes]),
    meets: (chunk) => Buffer.concat([tail, chunk.subarray(0, REACH)]).includes(BETWEEN),
  };
}

/** Of an engine that begins its items otherwise, or has such items within items. */
function readWhole(parts: readonly Buffer[], onItem: OnItem): boolean {
  const items = parseList(`[${parts.join()}]`);
  return items?.every((item) => onItem(Buffer.from(JSON.stringify(item)))) ?? false;
}

/** null: it is not JSON. */
function parseList(text: string): readonly unknown[] | null {
  try {
    return JSON.parse(text) as readonly unknown[];
  } catch {
    return null; // decided: whoever asks says what it should have been
  }
}

function isBlank(bytes: Buffer): boolean {
  return blanksAtStart(bytes) === bytes.length;
}

function blanksAtStart(bytes: Buffer): number {
  const at = bytes.findIndex((byte) => !BLANKS.includes(byte));
  return at === -1 ? bytes.length : at;
}
