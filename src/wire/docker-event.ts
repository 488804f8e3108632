import { MAX_SENT_BYTES, type Opened, openText } from './encode.ts';
import { eventName } from './event-name.ts';
import { DOCKER_CHANNEL, type JsonObject, makeMessage } from './message.ts';
import { SIGNATURE_BYTES } from './signature.ts';

/** An event of Docker as the bus says it. */
export interface DockerDatagram {
  readonly name: string;
  readonly datagram: Opened;
}

/** What a stamp adds at most: 16 digits and 16 characters of `boot`. */
const STAMP_BYTES = `,"seq":${'9'.repeat(16)},"boot":"${'f'.repeat(16)}"}`.length;
const MAX_OPENED_BYTES = MAX_SENT_BYTES - STAMP_BYTES - SIGNATURE_BYTES;
/** To these bytes every text is cut when dropping attributes is not enough; an id has 64. */
const TEXT_BYTES = [300, 100] as const;
/** The largest number that JavaScript reads exactly is a 200th of today's nanoseconds. */
const NANOSECONDS = /"timeNano":\s*(\d{1,19})\b/;

/**
 * Reads one line of the engine's event stream; null if it is not an event. `id` and `from`, which newer engines no
 * longer send, are filled from `Actor`. `status` is not said: it never was, it is the name.
 *
 * @param line null: it was too long to be read
 */
export function readDockerEvent(line: string | null): DockerDatagram | null {
  const event = line === null ? null : parse(line);
  if (line === null || event === null) return null;
  const { Type: type, Action: action, Actor: actor } = event;
  if (typeof type !== 'string' || typeof action !== 'string') return null;
  const { ID: actorId, Attributes: attributes } = isRecord(actor) ? actor : {};
  const told = texts(attributes);
  const id = textOr(event.id, textOr(actorId, ''));
  const kwargs = {
    id,
    from: textOr(event.from, type === 'container' ? textOr(told.image, '') : ''),
    ...timesOf(event),
    Type: type,
    Action: action,
    Actor: { ID: textOr(actorId, id), Attributes: told },
    ...(typeof event.scope === 'string' ? { scope: event.scope } : {}),
  };
  const name = eventName(type, action);
  return { name, datagram: exact(fitting(name, kwargs), line) };
}

type Told = JsonObject & {
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
};

/** Whole if it fits; else of the attributes image and name alone, and then with every text cut. */
function fitting(name: string, kwargs: Told): Opened {
  const whole = openText(makeMessage(name, [DOCKER_CHANNEL], kwargs));
  if (Buffer.byteLength(whole) <= MAX_OPENED_BYTES) return whole;
  const { ID, Attributes } = kwargs.Actor;
  const kept = Object.entries(Attributes).filter(([key]) => key === 'image' || key === 'name');
  const Actor = { ID, Attributes: Object.fromEntries(kept) };
  const reduced = { ...kwargs, Actor, truncated: true };
  const attempts = [reduced, ...TEXT_BYTES.map((bytes) => cutTexts(reduced, bytes))];
  const texts = attempts.map((attempt) => openText(makeMessage(name, [DOCKER_CHANNEL], attempt)));
  const fits = (text: Opened) => Buffer.byteLength(text) <= MAX_OPENED_BYTES;
  return texts.find(fits) ?? openText(makeMessage(name, [DOCKER_CHANNEL], { truncated: true }));
}

function cutTexts(values: JsonObject, bytes: number): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      if (typeof value === 'string') return [key, cut(value, bytes)];
      return [key, isRecord(value) ? cutTexts(value, bytes) : value];
    }),
  );
}

/** The longest beginning that takes at most so many bytes as JSON. */
function cut(text: string, bytes: number): string {
  let kept = '';
  let taken = 0;
  for (const character of text) {
    taken += Buffer.byteLength(JSON.stringify(character)) - 2;
    if (taken > bytes) return kept;
    kept += character;
  }
  return text;
}

/** Puts the digits of the engine's nanoseconds in the place of what JavaScript made of them. */
function exact(text: Opened, line: string): Opened {
  const digits = NANOSECONDS.exec(line)?.[1];
  return digits === undefined
    ? text
    : (text.replace(/"timeNano":\d+/, `"timeNano":${digits}`) as Opened);
}

function timesOf({ time, timeNano }: Record<string, unknown>): JsonObject {
  const nano = isTime(timeNano) ? timeNano : isTime(time) ? time * 1e9 : null;
  if (nano === null) return {};
  return { time: isTime(time) ? time : Math.floor(nano / 1e9), timeNano: nano };
}

function isTime(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}

function texts(attributes: unknown): Readonly<Record<string, string>> {
  if (!isRecord(attributes)) return {};
  const entries = Object.entries(attributes).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== '__proto__',
  );
  return Object.fromEntries(entries);
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    // Decided: not an event; the caller counts it.
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
