/** A JSON Schema (2020-12), as OpenAPI 3.1 uses it. */
export type Schema = Readonly<Record<string, unknown>>;

/** An object whose every property is always there. */
export function object(description: string, properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', description, properties, required: Object.keys(properties) };
}

/** A list of whatever `items` describes. */
export function list(items: Schema, description: string): Schema {
  return { type: 'array', description, items };
}

/** Any text. */
export function text(description: string): Schema {
  return { type: 'string', description };
}

/** One of these texts. */
export function oneOf(values: readonly string[], description: string): Schema {
  return { type: 'string', enum: values, description };
}

/** True or false. */
export function flag(description: string): Schema {
  return { type: 'boolean', description };
}

/** A number, not negative. */
export function number(description: string): Schema {
  return { type: 'number', minimum: 0, description };
}

/** A whole number, not negative. */
export function count(description: string): Schema {
  return { type: 'integer', minimum: 0, description };
}

/** A moment, ISO 8601. */
export function time(description: string): Schema {
  return { type: 'string', format: 'date-time', description };
}

/** The same, or null; says what null means. */
export function orNull(schema: Schema, meaning: string): Schema {
  const { type, description, enum: values, ...rest } = schema;
  return {
    ...rest,
    ...(Array.isArray(values) ? { enum: [...(values as readonly unknown[]), null] } : {}),
    type: [type, 'null'],
    description: `${String(description)} null: ${meaning}.`,
  };
}

/** One of the document's named schemas. */
export function named(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}
