import { ConfigError } from '../../errors.ts';
import { named, type PublishedContainer } from '../../explain/named.ts';
import type { Owner } from '../../model/ids.ts';
import { keysWithPrefix } from '../../model/keys.ts';
import type { Wiring } from '../../pass/clients.ts';
import { readPublished } from '../../survey/published.ts';
import type { Surroundings } from '../invoke.ts';
import { plain, typed } from '../show/words.ts';

/** Whom a command is to work on. */
export interface Choice {
  readonly names: readonly string[];
  /** All of one owner. */
  readonly all: boolean;
}

/**
 * The containers that a command line names, each once for each of its owners.
 *
 * @throws ConfigError if one of the names is not of exactly one container; says so of all of them
 * @throws ObserveError if Redis cannot be read, or for all of an owner Docker, which says who that is
 */
export async function chosen(
  { names, all }: Choice,
  wiring: Wiring,
  { config }: Surroundings,
): Promise<readonly PublishedContainer[]> {
  if (all === names.length > 0) {
    throw new ConfigError('config', 'name containers, or write --all for those of this engine');
  }
  const keys = keysWithPrefix(config.redis.keyPrefix);
  const published = await readPublished(wiring.redis, keys);
  if (all) {
    const owner = await wiring.owner();
    return published.filter((one) => one.owner === owner);
  }
  const found = names.map((name) => ({ name, is: named(name, published, config.owner) }));
  const problems = found.flatMap(({ name, is }) => problemOf(name, is));
  if (problems.length > 0) throw new ConfigError('config', problems.join('; '));
  const containers = found.flatMap(({ is }) => (is.kind === 'container' ? is.container : []));
  return [...new Set(containers)];
}

/** A container for people: its name, and where it is. */
export function inWords({ name, id, engine, owner }: PublishedContainer): string {
  return `${plain(name ?? id)} (${id} on ${plain(engine ?? owner)})`;
}

function problemOf(name: string, is: ReturnType<typeof named>): readonly string[] {
  switch (is.kind) {
    case 'container':
      return [];
    case 'several': {
      const owners = new Set<Owner>(is.containers.map(({ owner }) => owner));
      const remedy =
        owners.size > 1
          ? `say which: --owner ${[...owners][0]}, or the id`
          : 'write more of the id';
      return [`${plain(name)} may be ${is.containers.map(inWords).join(' or ')}: ${remedy}`];
    }
    case 'unknown': {
      const meant =
        is.similar.length === 0
          ? '; autodock explain, on its host, names those that do'
          : ` (did you mean ${is.similar.map(plain).join(', ')}?)`;
      return [`no host has a container ${typed(name)} that asks for routes${meant}`];
    }
  }
}
