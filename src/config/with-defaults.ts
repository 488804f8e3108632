import convict from 'convict';
import { dockerHost } from './docker-host.ts';
import { duration, positiveDuration } from './duration.ts';
import { type Format, Misfit } from './format.ts';
import {
  boolean,
  count,
  endpoints,
  filePath,
  hostNames,
  ipAddress,
  keyPrefix,
  listenHost,
  names,
  owner,
  percent,
  port,
  secret,
} from './formats.ts';
import { redisUrl } from './redis-url.ts';
import { schema, type Values } from './schema.ts';

convict.addFormats(
  Object.fromEntries([
    asConvictFormat(boolean),
    asConvictFormat(count),
    asConvictFormat(dockerHost),
    asConvictFormat(duration),
    asConvictFormat(endpoints),
    asConvictFormat(filePath),
    asConvictFormat(hostNames),
    asConvictFormat(ipAddress),
    asConvictFormat(keyPrefix),
    asConvictFormat(listenHost),
    asConvictFormat(names),
    asConvictFormat(owner),
    asConvictFormat(percent),
    asConvictFormat(port),
    asConvictFormat(positiveDuration),
    asConvictFormat(redisUrl),
    asConvictFormat(secret),
  ]),
);

/** Text that does not fit stays as it is, so that convict finds it and goes on to the next. */
function asConvictFormat<T>({ name, read }: Format<T>): [string, convict.Format] {
  return [
    name,
    {
      coerce: (text: string) => {
        const value = read(text);
        return value instanceof Misfit ? text : value;
      },
      validate: (value: unknown) => {
        const again = typeof value === 'string' ? read(value) : value;
        if (again instanceof Misfit) throw new Error(again.remedy);
      },
    },
  ];
}

/** A convict instance with the defaults; by itself it looks at neither arguments nor environment. */
export function withDefaults(): convict.Config<Values> {
  return convict<Values>(schema, { args: [], env: {} });
}
