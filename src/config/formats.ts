import { isIP } from 'node:net';
import { type Owner, parseOwner } from '../model/ids.ts';
import { HIGHEST_PORT } from '../model/port.ts';
import { type Format, Misfit } from './format.ts';

const LARGEST_PERCENT = 100;
const LARGEST_COUNT = 1_000_000;

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
};

/** `true` or `false`; `yes`, `no`, `on`, `off`, `1` and `0` mean the same, in any case. */
export const boolean: Format<boolean> = {
  name: 'boolean',
  read: (text) => {
    const word = text.toLowerCase();
    return Object.hasOwn(BOOLEANS, word)
      ? (BOOLEANS[word] ?? false)
      : new Misfit('must be true or false');
  },
  write: String,
};

/** A TCP or UDP port to listen on; 0 takes a free one. */
export const port = wholeNumber('port', HIGHEST_PORT);
/** 0 to 100. */
export const percent = wholeNumber('percent', LARGEST_PERCENT);
/** A number of things. */
export const count = wholeNumber('count', LARGEST_COUNT);

function wholeNumber(name: string, largest: number): Format<number> {
  const allowed = new Misfit(`must be a whole number from 0 to ${largest}`);
  return {
    name,
    read: (text) => (/^\d{1,7}$/.test(text) && Number(text) <= largest ? Number(text) : allowed),
    write: String,
  };
}

/** Who claims backends in Redis; null: the Docker engine's ID. */
export const owner: Format<Owner | null> = {
  name: 'owner',
  read: (text) =>
    parseOwner(text) ?? new Misfit('must be 1 to 200 printable ASCII characters without spaces'),
  write: (value) => value ?? '',
};

/** Text that goes into Redis keys as it is. */
export const keyPrefix: Format<string> = {
  name: 'key-prefix',
  read: (text) =>
    /^[^\p{Cc}]{0,200}$/u.test(text)
      ? text
      : new Misfit('must be at most 200 characters, none a control'),
  write: (value) => value,
};

/** A shared secret; null: none. */
export const secret: Format<string | null> = {
  name: 'secret',
  read: (text) =>
    /^[^\p{Cc}]{1,1000}$/u.test(text)
      ? text
      : new Misfit('must be one line of at most 1000 characters'),
  write: (value) => value ?? '',
};

/** The path of a file; null: none. */
export const filePath: Format<string | null> = {
  name: 'file-path',
  read: (text) =>
    /^[^\p{Cc}]{1,4096}$/u.test(text) ? text : new Misfit('must be the path of a file'),
  write: (value) => value ?? '',
};

const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const ONE_OF_IT = 'a front would reach itself there; write the one by which fronts reach this host';

/** An address that others reach this host at, IPv6 without brackets. */
export const ipAddress: Format<string> = {
  name: 'ip-address',
  read: (text) => {
    const address = text.replace(/^\[(.*)\]$/, '$1');
    if (isIP(address) === 0 || address.includes('%')) {
      return new Misfit('must be an IPv4 or IPv6 address, as the front reaches it');
    }
    const own = canonical(address);
    return EVERY_ADDRESS.has(own) ? new Misfit(`is every address of a host: ${ONE_OF_IT}`) : own;
  },
  write: (value) => value,
};

/** An address or a name of this host to listen on. */
export const listenHost: Format<string> = {
  name: 'listen-host',
  read: (text) => {
    const host = text.replace(/^\[(.*)\]$/, '$1');
    const isHost = isIP(host) !== 0 || /^(?=.*[a-z])[a-z\d_.-]{1,253}$/i.test(host);
    return isHost ? host : new Misfit('must be an IP address or a host name, without a port');
  },
  write: (value) => value,
};

/** Names of networks in order of preference. */
export const names: Format<readonly string[]> = {
  name: 'names',
  read: (text) => {
    const items = splitList(text);
    return items.every((item) => /^[^\s\p{Cc}]{1,253}$/u.test(item))
      ? [...new Set(items)]
      : new Misfit('must be names of networks, separated by commas');
  },
  write: (value) => value.join(','),
};

/** Names of hosts, lower case, without a port. */
export const hostNames: Format<readonly string[]> = {
  name: 'host-names',
  read: (text) => {
    const items = splitList(text).map((item) => item.toLowerCase());
    return items.every((item) => /^[a-z\d_.-]{1,253}$/.test(item))
      ? [...new Set(items)]
      : new Misfit('must be host names without a port, separated by commas');
  },
  write: (value) => value.join(','),
};

/** `address:port`, IPv6 in brackets, written as in the URL of a backend. */
export const endpoints: Format<readonly string[]> = {
  name: 'endpoints',
  read: (text) => {
    const items = splitList(text).map(parseEndpoint);
    return items.every((item) => item !== null)
      ? [...new Set(items)]
      : new Misfit(
          'must be address:port items separated by commas, such as 10.0.0.5:80 or [fd00::5]:80',
        );
  },
  write: (value) => value.join(','),
};

function parseEndpoint(text: string): string | null {
  const match = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(text);
  const address = match?.[1] ?? match?.[2] ?? '';
  const number = Number(match?.[3]);
  if (!(isIP(address) !== 0 && number >= 1 && number <= HIGHEST_PORT)) return null;
  return match?.[1] === undefined ? `${address}:${number}` : `[${canonical(address)}]:${number}`;
}

/** An IPv6 address has many spellings; the URL parser gives it its one canonical form. */
function canonical(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
