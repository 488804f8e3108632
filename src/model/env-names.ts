/** Names that people write where they mean one of ours: other tools' and slips of the finger. */
const NEAR_MISSES: ReadonlyMap<string, 'VIRTUALHOST' | 'ALIAS' | 'PORT'> = new Map([
  ['VIRTUAL_HOST', 'VIRTUALHOST'],
  ['VIRTUAL_HOSTS', 'VIRTUALHOST'],
  ['VIRTUALHOSTS', 'VIRTUALHOST'],
  ['VIRTUALHOST_FILE', 'VIRTUALHOST'],
  ['virtualhost', 'VIRTUALHOST'],
  ['VirtualHost', 'VIRTUALHOST'],
  ['virtual_host', 'VIRTUALHOST'],
  ['VHOST', 'VIRTUALHOST'],
  ['VHOSTS', 'VIRTUALHOST'],
  ['AUTODOCK_HOST', 'VIRTUALHOST'],
  ['ALIASES', 'ALIAS'],
  ['VIRTUAL_ALIAS', 'ALIAS'],
  ['VIRTUALHOST_ALIAS', 'ALIAS'],
  ['VIRTUAL_PORT', 'PORT'],
  ['VIRTUALPORT', 'PORT'],
  ['VIRTUALHOST_PORT', 'PORT'],
  ['AUTODOCK_PORT', 'PORT'],
]);

/** The variables of a container that are ever looked at, kept or shown: ours, and near misses of them. */
export const ENV_NAMES: readonly string[] = ['VIRTUALHOST', 'ALIAS', 'PORT', ...NEAR_MISSES.keys()];

/** The variable that was meant, or null if `name` is not among the known near misses. */
export function envNameMeant(name: string): 'VIRTUALHOST' | 'ALIAS' | 'PORT' | null {
  return NEAR_MISSES.get(name) ?? null;
}
