declare const described: unique symbol;

/** A JSON Schema (2020-12), as OpenAPI 3.1 uses it, that knows the type of what it describes. */
export interface Schema<T = unknown> extends Readonly<Record<string, unknown>> {
  /** Never there: it carries the type alone. */
  readonly [described]?: () => T;
}

/** The type of what a schema describes; all of it is readonly. */
export type Described<S> = S extends { readonly [described]?: () => infer T } ? T : never;

/** An object whose every property is always there. */
export function object<T>(
  description: string,
  properties: { readonly [K in keyof T]: Schema<T[K]> },
): Schema<{ readonly [K in keyof T]: T[K] }> {
  return { type: 'object', description, properties, required: Object.keys(properties) };
}

/** An object with properties of any name, each of which is what `values` describes. */
export function record<T>(
  values: Schema<T>,
  description: string,
): Schema<Readonly<Record<string, T>>> {
  return { type: 'object', description, additionalProperties: values };
}

/** A list of whatever `items` describes, of at most `maxItems`. */
export function list<T>(
  items: Schema<T>,
  description: string,
  maxItems?: number,
): Schema<readonly T[]> {
  return { type: 'array', description, items, ...(maxItems === undefined ? {} : { maxItems }) };
}

/** Any text. */
export function text(description: string): Schema<string> {
  return { type: 'string', description };
}

/** One of these texts. */
export function oneOf<const T extends string>(
  values: readonly T[],
  description: string,
): Schema<T> {
  return { type: 'string', enum: values, description };
}

/** True or false. */
export function flag(description: string): Schema<boolean> {
  return { type: 'boolean', description };
}

/** Always this value. */
export function always<const T extends string | boolean>(value: T, description: string): Schema<T> {
  return { const: value, type: typeof value, description };
}

/** A number, not negative. */
export function number(description: string): Schema<number> {
  return { type: 'number', minimum: 0, description };
}

/** A whole number, at least `minimum`. */
export function count(description: string, minimum = 0): Schema<number> {
  return { type: 'integer', minimum, description };
}

/** A moment, ISO 8601. */
export function time(description: string): Schema<string> {
  return { type: 'string', format: 'date-time', description };
}

/** The same, or null; says what null means. */
export function orNull<T>(schema: Schema<T>, meaning: string): Schema<T | null> {
  const { type, description, enum: values, ...rest } = schema;
  return {
    ...rest,
    ...(Array.isArray(values) ? { enum: [...(values as readonly unknown[]), null] } : {}),
    type: [type, 'null'],
    description: `${String(description)} null: ${meaning}.`,
  };
}

/** A schema that the document names. */
export function named<T>(name: string, _named: Schema<T>): Schema<T> {
  return { $ref: `#/components/schemas/${name}` };
}
