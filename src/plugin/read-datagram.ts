import { decode } from '../wire/decode.ts';
import type { Message, Stamp } from '../wire/message.ts';
import { isSigned } from '../wire/signature.ts';
import type { ProblemReport } from './problem-report.ts';

/** A datagram of the daemon. */
export interface Stamped {
  readonly message: Message;
  readonly stamp: Stamp;
}

const WRONG_SIGNATURE =
  'a datagram without the right signature came and was dropped: the secret of the plugin and of the daemon (AUTODOCK_BUS_SECRET) must be the same';
const STRANGER =
  'a datagram that is not from autodock came and was dropped: is another program listening there?';

/**
 * Reads what came from the daemon's address; null if it is not from the daemon, which is told.
 *
 * @param secret what it must be signed with; null: nothing
 */
export function readDatagram(
  bytes: Uint8Array,
  secret: string | null,
  report: ProblemReport,
): Stamped | null {
  if (secret !== null && !isSigned(bytes, secret)) {
    report.tell('signature', WRONG_SIGNATURE);
    return null;
  }
  const decoded = decode(bytes);
  if (decoded.kind === 'malformed' || decoded.message.stamp === null) {
    report.tell('stranger', STRANGER);
    return null;
  }
  return { message: decoded.message, stamp: decoded.message.stamp };
}
