import type { Json, JsonObject, Message, Stamp } from './message.ts';

/** Why a datagram cannot be one of ours. */
const DECODE_PROBLEMS = ['too-large', 'not-utf8', 'too-deep', 'not-json', 'not-an-event'] as const;
/** One of {@link DECODE_PROBLEMS}. */
export type DecodeProblem = (typeof DECODE_PROBLEMS)[number];

/** What came out of a datagram. */
export type Decoded =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'malformed'; readonly problem: DecodeProblem };

/** Larger datagrams are not looked into. What the daemon sends is smaller than a fifth of it. */
export const MAX_RECEIVED_BYTES = 8_192;
/** Of lists and objects within each other; an event of Docker has four. */
export const MAX_DEPTH = 16;
const MAX_NAME_LENGTH = 128;
const MAX_CHANNELS = 16;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads what anybody may have sent. Never throws. Members named `__proto__` are left out at every depth, so
 * that no copy of the result changes an object's prototype. The signature is another matter: `isSigned`.
 *
 * Of the members only `name` must be there; what else is there has the type that circuits gives it.
 */
export function decode(bytes: Uint8Array): Decoded {
  if (bytes.byteLength > MAX_RECEIVED_BYTES) return malformed('too-large');
  const text = textOf(bytes);
  if (text === null) return malformed('not-utf8');
  if (depthOf(text) > MAX_DEPTH) return malformed('too-deep');
  const value = parse(text);
  if (value === undefined) return malformed('not-json');
  const message = narrow(value);
  return message === null ? malformed('not-an-event') : { kind: 'message', message };
}

function malformed(problem: DecodeProblem): Decoded {
  return { kind: 'malformed', problem };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    // Decided: the caller tells what is wrong with it.
    return null;
  }
}

/** Of brackets outside of strings, in one walk, before anything is built from them. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isString && character === '\\') at += 1;
    else if (character === '"') isString = !isString;
    else if (!isString) depth += stepOf(character);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function stepOf(character: string | undefined): number {
  if (character === '[' || character === '{') return 1;
  return character === ']' || character === '}' ? -1 : 0;
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text, (name, value) => (name === '__proto__' ? undefined : value)) as Json;
  } catch {
    // Decided: the caller tells what is wrong with it.
    return undefined;
  }
}

function narrow(value: Json): Message | null {
  if (!isObject(value)) return null;
  const { name } = value;
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_LENGTH) return null;
  const { args = [], kwargs = {}, channels = [] } = value;
  if (!isList(args) || !isObject(kwargs) || !isChannels(channels)) return null;
  const { success = false, failure = false, notify = false } = value;
  if (!isFlag(success) || !isFlag(failure) || !isFlag(notify)) return null;
  const stamp = stampOf(value);
  if (stamp === undefined) return null;
  return { name, args, kwargs, success, failure, channels, notify, stamp };
}

/** undefined: it has one that is not valid. */
function stampOf({ seq, boot }: JsonObject): Stamp | null | undefined {
  if (seq === undefined && boot === undefined) return null;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0) return undefined;
  if (typeof boot !== 'string' || boot === '' || boot.length > MAX_NAME_LENGTH) return undefined;
  return { seq, boot };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isFlag(value: Json): value is boolean {
  return typeof value === 'boolean';
}

function isChannels(value: Json): value is readonly string[] {
  const isShortList = isList(value) && value.length <= MAX_CHANNELS;
  return isShortList && value.every((channel) => typeof channel === 'string');
}
