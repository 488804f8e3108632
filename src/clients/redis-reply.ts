/** In place of a reply: the key holds a value of another type. */
export const WRONG_TYPE: unique symbol = Symbol('WRONGTYPE');
/** In place of a reply: Redis refused to grow; nothing was written. */
export const OUT_OF_MEMORY: unique symbol = Symbol('OOM');
