import { createEditor } from '../../apply/edit.ts';
import { placeOf } from '../../explain/backend-place.ts';
import { readFrontends } from '../../survey/read-redis.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print } from '../output.ts';
import { plain } from '../show/words.ts';
import { claimantsOf, identifierOf } from './claimed.ts';
import { identifierToAdd, mistake, urlToAdd, vhostToAdd } from './target.ts';
import { faultProblem, tell } from './tell.ts';
import { withRedis } from './with-redis.ts';

/** What the command line says. */
export interface Addition {
  readonly id: string;
  readonly host: string;
  readonly ip?: string;
  readonly port: string;
}

/** Adds a backend, unless it stands there already. */
export async function add(
  { id, host, ip, port }: Addition,
  surroundings: Surroundings,
): Promise<ExitCode> {
  if (!ip) throw mistake('add needs the address of a backend: -i IP; nothing was changed');
  const identifier = identifierToAdd(id);
  const vhost = vhostToAdd(host);
  const url = urlToAdd(ip, port);
  return withRedis(surroundings, 'write', async (redis, keys) => {
    const { result } = await createEditor(redis, keys).edit({
      kind: 'add',
      vhost,
      identifier,
      url,
    });
    if (result.kind === 'fault') return tell(surroundings, faultProblem(result));
    const frontend = (await readFrontends(redis, keys, [vhost])).get(vhost);
    if (result.kind === 'none') {
      const owners = claimantsOf(frontend, [url]);
      const whose = owners.length === 0 ? '' : `; owner ${owners.map(plain).join(', ')} claims it`;
      await print(surroundings.stdout, `${url} stands at ${vhost} already${whose}.\n`);
      return 0;
    }
    const known = identifierOf(frontend);
    const note = known === null || known === id ? '' : ` It keeps its ID ${plain(known)}.`;
    const place = placeOf(url);
    const lookedUp = place?.isName === true ? ` Fronts look ${place.host} up.` : '';
    await print(surroundings.stdout, `Added ${url} to ${vhost}.${note}${lookedUp}\n`);
    return 0;
  });
}
