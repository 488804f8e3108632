declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

/** A normalised host name of a frontend: lower case, punycode, no trailing dot. Made by `parseVhost`. */
export type Vhost = Brand<'Vhost'>;

/** `http://<address>:<port>`, port always written, IPv6 in brackets. Made by `backendUrl`. */
export type BackendUrl = Brand<'BackendUrl'>;

/** The controller that claimed a backend; by default the Docker engine's ID. Made by `parseOwner`. */
export type Owner = Brand<'Owner'>;

/** A container's full id as the engine gives it. Made by `parseContainerId`. */
export type ContainerId = Brand<'ContainerId'>;

/** The first 12 characters of a container's id: what claims hold. */
export type ShortId = Brand<'ShortId'>;

/** The owner's score that a pass raised, a decimal number as text; apply carries it as its fence. */
export type Epoch = Brand<'Epoch'>;

const SHORT_ID_LENGTH = 12;

/** Narrows an engine's container id (hexadecimal on every engine, at least 12 characters). */
export function parseContainerId(text: unknown): ContainerId | null {
  return typeof text === 'string' && /^[0-9a-zA-Z_.-]{12,128}$/.test(text)
    ? (text as ContainerId)
    : null;
}

/** The short form of an id, as `docker ps` shows it. */
export function shortId(id: ContainerId): ShortId {
  return id.slice(0, SHORT_ID_LENGTH) as string as ShortId;
}

/** Narrows the name of an owner: printable ASCII without spaces, as it becomes part of a Redis key. */
export function parseOwner(text: unknown): Owner | null {
  return typeof text === 'string' && /^[!-~]{1,200}$/.test(text) ? (text as Owner) : null;
}

/** Narrows an epoch as Redis returns it. */
export function parseEpoch(text: unknown): Epoch | null {
  return typeof text === 'string' && /^\d{1,16}$/.test(text) ? (text as Epoch) : null;
}
