import { request } from 'node:http';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'vitest';
import type { UnionCoverage } from './union-coverage.ts';

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** One request to check. */
export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API's own description, which answers are held against. */
export interface ApiDocument {
  /** `GET /api/v1/status`, one for each operation. */
  readonly operations: readonly string[];
  /** Makes a request and expects this status and an answer as described; returns it. */
  answers(path: string, status: number, asked?: ApiRequest): Promise<unknown>;
  /** Expects data to be what a named schema says, and nothing beside it. */
  fits(schema: string, data: unknown): void;
}

interface Described {
  readonly content: Readonly<Record<string, { readonly schema: object }>>;
}

type Responses = Readonly<Record<string, Described>>;

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { responses: Responses }>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly responses: { readonly Problem: Described };
  };
}

/**
 * Reads the document that a controller serves.
 *
 * @param coverage is shown every answer
 * @throws Error if it is not an OpenAPI document
 */
export async function readApiDocument(
  baseUrl: string,
  coverage?: Pick<UnionCoverage, 'see'>,
): Promise<ApiDocument> {
  const raw = await ask(`${baseUrl}/api/v1/openapi.json`, {});
  const validator = new Validator();
  const { valid, errors } = await validator.validate(raw.body);
  if (!valid) throw new Error(`not an OpenAPI document: ${JSON.stringify(errors)}`);
  const { paths, components } = validator.resolveRefs() as unknown as Document;
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  formats.default(ajv);
  const expectFit = (schema: object, data: unknown) => {
    const check = ajv.compile(closed(schema));
    expect([check(data), check.errors]).toEqual([true, null]);
  };
  return {
    operations: Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    ),
    fits: (name, data) => expectFit(components.schemas[name] ?? {}, data),
    answers: async (path, status, asked = {}) => {
      const answer = await ask(`${baseUrl}${path}`, asked);
      expect(answer.status, answer.body).toBe(status);
      const method = (asked.method ?? 'GET').toLowerCase();
      // What is not an operation is answered as every other error is.
      const { responses } = paths[path]?.[method] ?? { responses: {} };
      const { content } = responses[status] ?? responses.default ?? components.responses.Problem;
      const [type = ''] = answer.type.split(';', 1);
      const schema = content[type]?.schema;
      if (schema === undefined) throw new Error(`${path} is not described to answer ${type}`);
      const data: unknown = JSON.parse(answer.body);
      expectFit(schema, data);
      coverage?.see(path, schema, data);
      return data;
    },
  };
}

/** The same schema, that lets nothing through which it does not describe. */
function closed(schema: unknown): object {
  return JSON.parse(
    JSON.stringify(schema, (_, value: unknown) =>
      isDescribedObject(value) ? { additionalProperties: false, ...value } : value,
    ),
  ) as object;
}

function isDescribedObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'properties' in value && 'type' in value;
}

/** With headers that `fetch` would not send, such as another `Host`. */
function ask(url: string, { method = 'GET', headers = {} }: ApiRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('end', () =>
        resolve({
          status: reply.statusCode ?? 0,
          type: reply.headers['content-type'] ?? '',
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}
