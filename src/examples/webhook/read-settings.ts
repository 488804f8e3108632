import { readFileSync } from 'node:fs';

/** What the environment says; an empty variable is as if it were not set. */
export interface Settings {
  /** Where to post to. */
  readonly url: string;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly secret: string | undefined;
  readonly http: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error that says which variable is wrong, and what it may be */
export function readSettings(env: Environment): Settings {
  const port = setOf(env, 'AUTODOCK_BUS_PORT');
  return {
    url: readUrl(env.WEBHOOK_URL ?? ''),
    host: setOf(env, 'AUTODOCK_BUS_HOST'),
    port: port === undefined ? undefined : Number(port),
    secret: readSecret(env),
    http: setOf(env, 'AUTODOCK_URL'),
  };
}

/** A URL for people to see: its password and its query are often secrets. */
export function shownUrl({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error('WEBHOOK_URL must be the URL to post to, such as https://example.com/hook');
  }
  if (url.username !== '' || url.password !== '') {
    throw new Error(
      `WEBHOOK_URL (${shownUrl(url)}) must hold no user and no password: they cannot be sent this way`,
    );
  }
  return url.href;
}

/** As autodock does: itself, or the file that it is in, without the newline at its end. */
function readSecret(env: Environment): string | undefined {
  const [secret, file] = [
    setOf(env, 'AUTODOCK_BUS_SECRET'),
    setOf(env, 'AUTODOCK_BUS_SECRET_FILE'),
  ];
  if (secret !== undefined && file !== undefined) {
    throw new Error('AUTODOCK_BUS_SECRET and AUTODOCK_BUS_SECRET_FILE are both set: remove one');
  }
  if (file === undefined) return secret;
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    return text === '' ? undefined : text;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`AUTODOCK_BUS_SECRET_FILE: the file ${file} cannot be read: ${why}`, { cause });
  }
}

function setOf(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}
