const LONGEST_SHOWN = 80;

/** What stands for what is not shown. */
export const MASK = '***';

/**
 * A value as it may be shown: of a URL without the user, the password and the query; of anything
 * else `***` if it is sensitive. Works on what is not a valid URL, too, as that is what an error shows.
 */
export function maskSecret(text: string, isSensitive: boolean): string {
  const url = /^([a-z+]+:\/\/)(?:.*@)?([^?]*)/is.exec(text);
  if (url === null) return isSensitive ? MASK : text;
  const [, scheme = '', place = ''] = url;
  const user = text.includes('@') ? `${MASK}@` : '';
  return `${scheme}${user}${place}${text.includes('?') ? `?${MASK}` : ''}`;
}

/** A value for a message: quoted, control characters escaped, at most 80 characters. */
export function quote(text: string): string {
  const letters = [...text];
  const shown =
    letters.length > LONGEST_SHOWN ? `${letters.slice(0, LONGEST_SHOWN).join('')}...` : text;
  return JSON.stringify(shown);
}
