/** What an engine answers, before anything goes wrong with it. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** As an engine writes JSON: with a newline at its end. */
export function toJson(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
