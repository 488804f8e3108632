const HTTP = 80;

/**
 * Where a browser opens a host; null: it is a wildcard, or no name that a browser takes. A front that serves HTTPS
 * sends it on by itself.
 *
 * @param frontPort null: not known
 */
export function hostUrl(vhost: string, frontPort: number | null): string | null {
  if (!/^[\w-]+(?:\.[\w-]+)*$/.test(vhost)) return null;
  const url = `http://${vhost}${frontPort === null || frontPort === HTTP ? '' : `:${frontPort}`}/`;
  return URL.canParse(url) ? url : null;
}
