import { parse } from 'yaml';

/**
 * Reads YAML, which JSON is too. Scalars are kept as they are written (YAML would make 80 of `0x50`).
 *
 * @throws Error with the place of the mistake in its first line
 */
export function parseYaml(text: string): unknown {
  return parse(text, {
    schema: 'failsafe',
    customTags: ['null'],
    // A warning would go to stderr with the line that it is about, which may hold a secret.
    logLevel: 'error',
  });
}
