import type { Command } from 'commander';
import { createEditor } from '../../apply/edit.ts';
import { placeOf } from '../../explain/backend-place.ts';
import { readFrontends } from '../../survey/read-redis.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Invoke, Session } from '../invoke.ts';
import { print } from '../output.ts';
import { plain } from '../show/words.ts';
import { claimantsOf, identifierOf } from './claimed.ts';
import { identifierToAdd, mistake, urlToAdd, vhostToAdd } from './target.ts';
import { faultProblem, tell } from './tell.ts';
import { withRedis } from './with-redis.ts';

/** What the command line says. */
interface Addition {
  readonly id: string;
  readonly host: string;
  readonly ip?: string;
  readonly port: string;
}

/** `hipachectl add ID HOST -i IP [-p PORT]`: a backend that no controller takes away. */
export function defineAdd(program: Command, invoke: Invoke): void {
  program
    .command('add')
    .description('add a backend to a virtual host')
    .argument('<id>', 'what a new host is called in logs; a host that exists keeps its own')
    .argument('<host>', 'host name, *.example.com or *')
    .option('-i, --ip <IP>', 'address of the backend, or a name')
    .option('-p, --port <PORT>', 'port of the backend (default: 80)')
    .action(
      (id: string, host: string, options: { ip?: string; port?: string }, command: Command) => {
        const body = (session: Session) => add({ port: '80', ...options, id, host }, session);
        return invoke(command, { logTo: 'stderr', body });
      },
    );
}

async function add({ id, host, ip, port }: Addition, session: Session): Promise<ExitCode> {
  if (!ip) throw mistake('add needs the address of a backend: -i IP; nothing was changed');
  const identifier = identifierToAdd(id);
  const vhost = vhostToAdd(host);
  const url = urlToAdd(ip, port);
  return withRedis(session.config, async (redis, keys) => {
    const { result } = await createEditor(redis, keys).edit({
      kind: 'add',
      vhost,
      identifier,
      url,
    });
    if (result.kind === 'fault') return tell(session, faultProblem(result));
    const frontend = (await readFrontends(redis, keys, [vhost])).get(vhost);
    if (result.kind === 'none') {
      const owners = claimantsOf(frontend, [url]);
      const whose = owners.length === 0 ? '' : `; owner ${owners.map(plain).join(', ')} claims it`;
      await print(session.stdout, `${url} stands at ${vhost} already${whose}.\n`);
      return 0;
    }
    const known = identifierOf(frontend);
    const note = known === null || known === id ? '' : ` It keeps its ID ${plain(known)}.`;
    const place = placeOf(url);
    const lookedUp = place?.isName === true ? ` Fronts look ${place.host} up.` : '';
    await print(session.stdout, `Added ${url} to ${vhost}.${note}${lookedUp}\n`);
    return 0;
  });
}
