import convict from 'convict';
import { type Format, Misfit } from './format.ts';
import { schema, type Values } from './schema.ts';
import { formats } from './settings.ts';

convict.addFormats(Object.fromEntries(formats.map(asConvictFormat)));

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
