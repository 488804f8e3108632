/**
 * All that a program of ours gets of the environment of the tests: the path, and where Node keeps what it has
 * compiled (`NODE_COMPILE_CACHE`), if it does.
 */
export function cleanEnv(): Readonly<Record<string, string>> {
  const kept = Object.entries(process.env).filter(([name]) => KEPT.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, value ?? '']));
}

const KEPT: readonly string[] = ['PATH', 'NODE_COMPILE_CACHE'];
