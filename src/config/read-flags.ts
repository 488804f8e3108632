import { didYouMean } from './nearest.ts';
import { settings } from './settings.ts';
import type { Sources } from './sources.ts';
import type { Reading, Written } from './written.ts';

/** The flag that names a configuration file; a flag alone, not a key. */
export const CONFIG_FLAG = '--config';

/** What the command line sets. An unknown flag is a problem. */
export function readFlags({
  flags,
  commandFlags,
  spellings = new Map(),
}: Pick<Sources, 'flags' | 'commandFlags' | 'spellings'>): Reading {
  const written = new Map<string, Written>();
  const problems: string[] = [];
  const names = [...commandFlags, CONFIG_FLAG, ...settings.map(({ flag }) => flag)];
  for (const [name, text] of flags) {
    const setting = settings.find(({ flag }) => flag === name);
    if (setting !== undefined) {
      written.set(setting.key, {
        text,
        origin: `flag ${spellings.get(name) ?? name}`,
        hidden: false,
      });
    } else if (name !== CONFIG_FLAG) {
      problems.push(`unknown flag ${name}${didYouMean(name, names)}`);
    }
  }
  return { written, problems, warnings: [] };
}
