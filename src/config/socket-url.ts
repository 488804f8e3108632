/** A Redis at a unix socket, and how to enter it. */
export interface SocketPlace {
  /** The path, and `?db=N` if that is named: as the client takes it. */
  readonly path: string;
  /** Empty: none. */
  readonly username: string;
  readonly password: string;
}

const FORM = /^unix:\/\/(?:([^\s@/:]*):([^\s@/]+)@)?(\/[^?\0]+(?:\?db=\d{1,4})?)$/;

/** Reads `unix://[user:password@]/path[?db=N]`. null: it is not well written. */
export function readSocketUrl(text: string): SocketPlace | null {
  const [, user = '', secret = '', path] = FORM.exec(text) ?? [];
  if (path === undefined || !isDecodable(user) || !isDecodable(secret)) return null;
  return { path, username: decodeURIComponent(user), password: decodeURIComponent(secret) };
}

/** Whether percent signs stand for something in it: decoding dies of a stray one. */
export function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
