/** An error as the log shows it. */
export interface ErrorFields {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorFields;
  /** Of an `AggregateError`: one for each address that was tried. */
  readonly errors?: readonly ErrorFields[];
}

/** Causes of causes, at most; also what ends a chain that leads back to itself. */
const DEEPEST = 5;

/**
 * Name, message, code, stack and causes of a thrown value, and nothing else: the Redis client hangs
 * the command with its arguments, a password among them, on its errors.
 */
export function errorFields(thrown: unknown, depth = 0): ErrorFields {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: String(thrown) };
  const inner = (error: unknown) => errorFields(error, depth + 1);
  const isDeep = depth >= DEEPEST;
  return {
    type: thrown.name,
    message: thrown.message,
    ...('code' in thrown ? { code: String(thrown.code) } : {}),
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
    ...(thrown.cause === undefined || isDeep ? {} : { cause: inner(thrown.cause) }),
    ...(thrown instanceof AggregateError && !isDeep ? { errors: thrown.errors.map(inner) } : {}),
  };
}
