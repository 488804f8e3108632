import { hash } from 'node:crypto';
import { malformedList } from '../../clients/list-items.ts';
import { type NarrowedLine, narrowLine } from './container-line.ts';

/** An item of the list as it was read. Digests, as the texts of ten thousand items are 9 MB to keep. */
export interface ListItem {
  /** Of its bytes, without the uptime. */
  readonly digest: string;
  /** Of what is read from it: engines tell ports and mounts in an order that changes. */
  readonly fingerprint: string;
  readonly narrowed: NarrowedLine;
}

/**
 * Reads an item that is not as it was.
 *
 * @param before finds what an id stood for in the last list; is that all that is read, it is kept
 * @throws ObserveError `docker-malformed` if it has no id
 */
export function readItem(
  item: unknown,
  digest: string,
  before: (id: string) => ListItem | undefined,
): ListItem {
  const fingerprint = fingerprintOf(item);
  const known = before(idOf(item));
  const isKnown = known?.fingerprint === fingerprint;
  return { digest, fingerprint, narrowed: isKnown ? known.narrowed : narrowOrThrow(item) };
}

/** Undefined for what is not JSON. */
export function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined; // decided: whoever cut it out asks for no more
  }
}

/** @throws ObserveError `docker-malformed` */
export function narrowOrThrow(item: unknown): NarrowedLine {
  const narrowed = narrowLine(item);
  // Without its id nobody can say whose claims to keep: the whole list is not to be trusted.
  if (narrowed === null) throw malformedList('an item without an id');
  return narrowed;
}

/** The quickest of those that nobody can make collide. */
const DIGEST = 'sha512-256';
const UP = Buffer.from('"Status":"Up ');
const [QUOTE, BRACKET, BACKSLASH] = Buffer.from('"(\\');
const SPACE = 0x20;

/**
 * Stands for an item without "Up 5 minutes", which changes by itself and from which nothing is read. Only for
 * comparing, never for parsing: a label may look like a status, too, but it never changes in a container's life.
 */
export function digestOf(item: Buffer): string {
  return hash(DIGEST, withoutUptime(item), 'base64');
}

/** Used again and again: ten thousand items come one after the other. */
const SCRATCH = Buffer.allocUnsafeSlow(64 * 1024);

function withoutUptime(item: Buffer): Buffer {
  let at = item.indexOf(UP);
  if (at === -1) return item;
  const rest = item.length <= SCRATCH.length ? SCRATCH : Buffer.allocUnsafeSlow(item.length);
  let from = 0;
  let size = 0;
  while (at !== -1) {
    const uptime = at + UP.length;
    size += item.copy(rest, size, from, uptime);
    from = endOfUptime(item, uptime);
    at = item.indexOf(UP, from);
  }
  size += item.copy(rest, size, from);
  return rest.subarray(0, size);
}

/** Before the health in brackets, or the end of the text; a backslash or a control character ends it too. */
function endOfUptime(item: Buffer, start: number): number {
  let at = start;
  while (at < item.length) {
    const byte = item[at];
    if (byte === QUOTE || byte === BRACKET || byte === BACKSLASH || (byte ?? 0) < SPACE) break;
    at += 1;
  }
  return at;
}

function idOf(item: unknown): string {
  const id = typeof item === 'object' && item !== null && 'Id' in item ? item.Id : null;
  return typeof id === 'string' ? id : '';
}

/** Of all that `narrowLine` reads. */
function fingerprintOf(item: unknown): string {
  if (typeof item !== 'object' || item === null) return '';
  const { Names, State, Health, HostConfig, NetworkSettings, Ports, Labels, Created } =
    item as Readonly<Record<string, unknown>>;
  const read = [Names, State, Health, HostConfig, NetworkSettings, Ports, Labels, Created];
  return hash(DIGEST, JSON.stringify(read), 'base64');
}
