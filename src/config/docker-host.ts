import { type Format, Misfit } from './format.ts';

const FORMS = 'unix:///path, tcp://host:port, http://host:port or https://host:port';
const ALLOWED = new Misfit(`must be one of ${FORMS}`);

/** Transports that Docker's own client has and we do not, and what serves instead. */
const INSTEAD: Readonly<Record<string, Misfit>> = {
  ssh: new Misfit(
    'is not spoken here: run autodock on the host of the engine, or forward its socket ' +
      '(ssh -nNT -L /run/user/1000/docker.sock:/var/run/docker.sock HOST) and write unix:///run/user/1000/docker.sock',
  ),
  npipe: new Misfit(
    'is not spoken here: run autodock in a Linux container or in WSL 2, where the engine answers at unix:///var/run/docker.sock',
  ),
  fd: new Misfit(`is for the engine itself: write ${FORMS}`),
};

/** The address of the Docker engine's API; kept as it was written. */
export const dockerHost: Format<string> = {
  name: 'docker-host',
  read: (text) => {
    const scheme = /^([a-z]+):\/\//.exec(text)?.[1] ?? '';
    if (scheme === 'unix') return /^unix:\/\/\/[^\0]+$/.test(text) ? text : ALLOWED;
    return isPlainHttp(text) ? text : (INSTEAD[scheme] ?? ALLOWED);
  },
  write: (value) => value,
};

function isPlainHttp(text: string): boolean {
  if (!/^(?:tcp|http|https):\/\/[^\s/?#@]+\/?$/.test(text)) return false;
  return URL.canParse(text.replace(/^tcp:/, 'http:'));
}
