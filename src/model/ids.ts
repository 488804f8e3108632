declare const brand: unique symbol;
/** A text that is one of each of these names; one of fewer takes it. */
type Brand<Name extends string> = string & { readonly [brand]: { readonly [One in Name]: true } };

/** A normalised host name of a frontend: lower case, punycode, no trailing dot. Made by `parseVhost`. */
export type Vhost = Brand<'Vhost'>;

/** `http://<address>:<port>`, port always written, IPv6 in brackets. Made by `backendUrl`. */
export type BackendUrl = Brand<'BackendUrl'>;

/** The controller that claimed a backend; by default the Docker engine's ID. Made by `parseOwner`. */
export type Owner = Brand<'Owner'>;

/** A workload's id; its first 12 characters are unlike any other's. */
export type WorkloadId = Brand<'WorkloadId'>;

/** A container's full id as the engine gives it. Made by `parseContainerId`. */
export type ContainerId = Brand<'WorkloadId' | 'ContainerId'>;

/** The first 12 characters of a workload's id: what claims hold. */
export type ShortId = Brand<'ShortId'>;

/** The owner's score that a pass raised and its nonce, `<score>/<nonce>`; apply carries it as its fence. */
export type Epoch = Brand<'Epoch'>;

const SHORT_ID_LENGTH = 12;

/** Narrows an engine's container id (hexadecimal on every engine, at least 12 characters). */
export function parseContainerId(text: unknown): ContainerId | null {
  return parseWorkloadId(text) as ContainerId | null;
}

/** Narrows the id of a workload: what can stand in a claim, and in the text of a plan. */
export function parseWorkloadId(text: unknown): WorkloadId | null {
  return typeof text === 'string' && /^[0-9a-zA-Z_.-]{12,128}$/.test(text)
    ? (text as WorkloadId)
    : null;
}

/** The short form of an id, as `docker ps` shows it. */
export function shortId(id: WorkloadId): ShortId {
  return id.slice(0, SHORT_ID_LENGTH) as string as ShortId;
}

/** Narrows a text to the short form of a workload's id. */
export function parseShortId(text: string): ShortId | null {
  return parseWorkloadId(text) !== null && text.length === SHORT_ID_LENGTH
    ? (text as ShortId)
    : null;
}

/** Narrows the name of an owner: printable ASCII without spaces, as it becomes part of a Redis key. */
export function parseOwner(text: unknown): Owner | null {
  return typeof text === 'string' && /^[!-~]{1,200}$/.test(text) ? (text as Owner) : null;
}

/** Narrows an epoch: a decimal number, and a nonce of letters, digits and dashes. */
export function parseEpoch(text: unknown): Epoch | null {
  return typeof text === 'string' && /^\d{1,16}\/[\w-]{1,100}$/.test(text) ? (text as Epoch) : null;
}
