import { type Format, Misfit } from './format.ts';
import { isSentinelUrl, readSentinelUrl } from './sentinel-url.ts';
import { isDecodable, readSocketUrl } from './socket-url.ts';

const FORMS =
  'redis://[[user]:password@]host[:port][/db], rediss:// (TLS), unix://[user:password@]/path[?db=N] or redis+sentinel://[user:password@]host[:port],host[:port]/name[/db]';
const ALLOWED = new Misfit(`must be one of ${FORMS}`);
const ENCODED = new Misfit(
  `must be one of ${FORMS}, user and password percent-encoded (% as %25, @ as %40, / as %2F, # as %23)`,
);

/**
 * Where Redis is. `tcp://`, as container links and some platforms write it, becomes `redis://`.
 * Only the query parameters `db` and `family` are let through: the client would take any of its own
 * options from there, among them ones that change the keys.
 */
export const redisUrl: Format<string> = {
  name: 'redis-url',
  read: (text) => {
    if (readSocketUrl(text) !== null) return text;
    if (isSentinelUrl(text) && readSentinelUrl(text) !== null) return text;
    const url = text.replace(/^tcp:/, 'redis:');
    if (isRedisUrl(url)) return url;
    return url.includes('@') ? ENCODED : ALLOWED;
  },
  write: (value) => value,
};

function isRedisUrl(text: string): boolean {
  if (!(/^rediss?:\/\/[^\s#]+$/.test(text) && URL.canParse(text))) return false;
  const { hostname, pathname, search, username, password } = new URL(text);
  return (
    hostname !== '' &&
    /^(?:\/\d{0,4})?$/.test(pathname) &&
    /^(?:\?(?:(?:db=\d{1,4}|family=[46])(?:&|$))+)?$/.test(search) &&
    isDecodable(username) &&
    isDecodable(password)
  );
}
