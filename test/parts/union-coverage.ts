/** What of a described answer may be one thing or another, and which of them was seen. */
export interface UnionCoverage {
  /** Looks at an answer, and at what its schema would let it be besides. */
  see(name: string, schema: unknown, data: unknown): void;
  /** Whether a member of a closed set was seen anywhere. */
  has<T extends string>(set: readonly T[], member: T): boolean;
  /** What was described and never seen: `Status.engine: null`, `create|update|…: claim`. */
  unseen(): readonly string[];
}

interface Described {
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | null)[];
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
}

/** One place of an answer: how it is described, and what stands there; undefined: nothing. */
interface Place {
  readonly path: string;
  readonly schema: Described;
  readonly data: unknown;
}

/**
 * Null and what it stands beside are counted for each place, true and false as well; the members of a closed set of
 * texts for each set, wherever it stands.
 */
export function createUnionCoverage(): UnionCoverage {
  const wanted = new Set<string>();
  const seen = new Set<string>();
  const look = (place: Place): void => {
    for (const word of possible(place)) wanted.add(word);
    for (const word of present(place)) seen.add(word);
    for (const inner of within(place)) look(inner);
  };
  return {
    see: (path, schema, data) => look({ path, schema: schema as Described, data }),
    has: (set, member) => seen.has(`${set.join('|')}: ${member}`),
    unseen: () => [...wanted].filter((word) => !seen.has(word)),
  };
}

function possible({ path, schema }: Place): readonly string[] {
  const types = [schema.type ?? []].flat();
  const isFree = types.includes('boolean') && !('const' in schema);
  return [
    ...(types.includes('null') ? [`${path}: null`, `${path}: not null`] : []),
    ...(isFree ? [`${path}: true`, `${path}: false`] : []),
    ...membersOf(schema).map((member) => `${membersOf(schema).join('|')}: ${member}`),
  ];
}

function present({ path, schema, data }: Place): readonly string[] {
  if (data === undefined) return [];
  const isNull = `${path}: ${data === null ? 'null' : 'not null'}`;
  return [isNull, `${path}: ${String(data)}`, `${membersOf(schema).join('|')}: ${String(data)}`];
}

function membersOf(schema: Described): readonly string[] {
  return (schema.enum ?? []).filter((member) => member !== null);
}

/** What is described is looked at even where nothing stands. */
function within({ path, schema, data }: Place): readonly Place[] {
  const members = Object.entries(schema.properties ?? {}).map(([name, inner]) => {
    const value = isRecord(data) ? data[name] : undefined;
    return { path: `${path}.${name}`, schema: inner, data: value };
  });
  const { items } = schema;
  if (items === undefined) return members;
  const list: readonly unknown[] = Array.isArray(data) ? data : [];
  return [undefined, ...list].map((item) => ({ path: `${path}[]`, schema: items, data: item }));
}

function isRecord(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
