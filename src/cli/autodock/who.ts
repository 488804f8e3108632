import { hostname, userInfo } from 'node:os';

/** Who gives an order, for whoever wonders later: `user@host`. */
export function whoAmI(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`; // in a container a user may have no name
  }
}
