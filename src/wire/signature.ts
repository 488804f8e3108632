import { createHmac, timingSafeEqual } from 'node:crypto';

const MEMBER = ',"hmac":"';
const HEX_LENGTH = 64;
const TAIL_LENGTH = MEMBER.length + HEX_LENGTH + '"}'.length;

/** Bytes that a signature adds to a datagram. */
export const SIGNATURE_BYTES = TAIL_LENGTH - 1;

/**
 * Adds `"hmac"` as the last member of a JSON object: HMAC-SHA256, in hex, over the object's bytes as they were
 * without it. So whoever verifies needs no canonical form: what was signed is what came.
 *
 * @param text a JSON object with at least one member
 * @param secret the key is its UTF-8
 */
export function sign(text: string, secret: string): string {
  return `${text.slice(0, -1)}${MEMBER}${digest(text, secret).toString('hex')}"}`;
}

/** Whether these bytes end in the signature that this secret gives to the rest of them. */
export function isSigned(bytes: Uint8Array, secret: string): boolean {
  const datagram = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (datagram.length <= TAIL_LENGTH) return false;
  const tail = datagram.subarray(-TAIL_LENGTH).toString('latin1');
  const hex = tail.slice(MEMBER.length, -2);
  const isTail = tail.startsWith(MEMBER) && tail.endsWith('"}') && /^[0-9a-f]{64}$/.test(hex);
  if (!isTail) return false;
  const unsigned = Buffer.concat([datagram.subarray(0, -TAIL_LENGTH), Buffer.from('}')]);
  return timingSafeEqual(digest(unsigned, secret), Buffer.from(hex, 'hex'));
}

function digest(text: string | Buffer, secret: string): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}
