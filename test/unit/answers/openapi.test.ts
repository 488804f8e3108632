import { expect, test } from 'vitest';
import { openapi } from '../../../src/answers/openapi.ts';
import { type ApiOptions, apiRoutes } from '../../../src/http/api.ts';

/** The document itself needs no description. */
const SELF = '/api/v1/openapi.json';

test('describes every path and method of the API, and no other', () => {
  // To tell its paths the API needs nothing that it would answer with.
  const routes = apiRoutes({ version: '1.0.0' } as unknown as ApiOptions);
  const served = Object.entries(routes)
    .filter(([path]) => path.startsWith('/api/') && path !== SELF)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
  const { paths } = openapi('1.0.0') as { readonly paths: Record<string, Record<string, unknown>> };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.toSorted()).toEqual(served.toSorted());
  expect(described.length).toBeGreaterThan(5);
});
