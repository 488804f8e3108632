import type { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { loadScript } from '../../../src/clients/lua-script.ts';
import { type RedisPart, startRedis } from '../../parts/redis.ts';

const PARTS = new URL('../../../src/apply/scripts/parts/', import.meta.url);

/** One part of the scripts, as it runs in a redis-server of the test's own. */
export interface ScriptPart {
  /** For arranging and looking; that server's only user. */
  client(): Redis;
  /** Runs the body on `input` and gives back what it returns as JSON text. */
  run(input: unknown): Promise<unknown>;
}

/**
 * Lets a test call a part alone.
 *
 * @param name of the part's file, without `.lua`
 * @param body Lua behind the part: `input` is what the test gave, decoded; `list` makes JSON of an array
 */
export function useScriptPart(name: string, body: string): ScriptPart {
  const lua = `
    ${loadScript(new URL(`${name}.lua`, PARTS))}
    local input = cjson.decode(ARGV[1])
    local function list(items) return #items == 0 and '[]' or cjson.encode(items) end
    ${body}`;
  let redis: RedisPart;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  return {
    client: () => redis.client,
    run: async (input) =>
      JSON.parse(String(await redis.client.eval(lua, 0, JSON.stringify(input)))),
  };
}

/** How often a law of a part is tried; each case is one round trip. */
export const RUNS = { numRuns: 2_000 };
