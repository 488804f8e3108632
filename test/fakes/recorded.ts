import { readFileSync } from 'node:fs';

/** The engines whose replies were recorded. */
export const ENGINE_VERSIONS = ['20.10', '26.1', '28.5', '29.7'] as const;
export type EngineVersion = (typeof ENGINE_VERSIONS)[number];

/** A JSON object as it was recorded. */
export type Json = Readonly<Record<string, unknown>>;

/** What one engine answered. */
export interface Recorded {
  readonly ping: {
    readonly 'api-version': string;
    readonly server: string;
    readonly ostype: string;
  };
  readonly version: Json & { readonly ApiVersion: string; readonly MinAPIVersion: string };
  readonly info: Json;
  /** A line of the list for a running container on the bridge, by the minor version of the API asked for. */
  readonly line: (apiMinor: number) => Json;
  readonly inspect: Json;
  /** What the engine says of the bridge endpoint of a running container. */
  readonly endpoint: Json;
  readonly events: Readonly<Record<string, readonly Json[]>>;
}

/** The first API whose list tells health. */
export const HEALTH_IN_LIST = 52;

/** Reads what was recorded of an engine. */
export function recorded(engine: EngineVersion): Recorded {
  const line = plainLine(read<readonly Json[]>(engine, 'containers'));
  const older =
    engine === '29.7' ? plainLine(read<readonly Json[]>(engine, 'containers-v1.41')) : line;
  const inspect = read<Json>(engine, 'inspect-plain');
  const settings = inspect.NetworkSettings as { readonly Networks: { readonly bridge: Json } };
  return {
    ping: read(engine, 'ping-headers'),
    version: read(engine, 'version'),
    info: read(engine, 'info'),
    line: (apiMinor) => (apiMinor < HEALTH_IN_LIST ? older : line),
    inspect,
    endpoint: settings.Networks.bridge,
    events: read(engine, 'events'),
  };
}

function plainLine(lines: readonly Json[]): Json {
  const plain = lines.find((line) => (line.Names as readonly string[]).includes('/s-plain'));
  if (plain === undefined) throw new Error('no line of the plain container was recorded');
  return plain;
}

function read<T>(engine: EngineVersion, name: string): T {
  const path = new URL(`../data/docker/${engine}/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
