import type { BackendView, FrontendState, RouteView } from '../../explain/routes.ts';
import type { MarkedSlots } from '../../model/marks.ts';
import { shortTaskName } from '../../model/swarm.ts';
import { type Row, renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';
import { durationText, ownerWord, plain } from './words.ts';

/** Every frontend, a row for each of its backends: `autodock routes`, and with identifiers `hipachectl list`. */
export function showRoutes(
  routes: readonly RouteView[],
  terminal: Terminal,
  { withIdentifiers = false } = {},
): string {
  if (routes.length === 0) return 'No frontend is in Redis.';
  const isNamed = routes.some(({ backends }) => backends.some(({ names }) => names.length > 0));
  const rows = routes.flatMap((route) => {
    const id = withIdentifiers ? [plain(route.identifier ?? '-')] : [];
    return rowsOf(route, terminal).map(([vhost = '', url = '', name = '', ...rest]) => {
      return [vhost, ...id, url, ...(isNamed ? [name] : []), ...rest];
    });
  });
  const [id, name] = [withIdentifiers ? ['ID'] : [], isNamed ? ['CONTAINER'] : []];
  const titles = ['VHOST', ...id, 'BACKEND', ...name, 'WEIGHT', 'OWNER', 'STATE'];
  return renderTable(titles, rows, terminal);
}

const STATES: Readonly<Record<Exclude<FrontendState, 'routed' | 'absent'>, string>> = {
  held: 'held: 503',
  empty: 'no backend: 503',
  'wrong-type': 'no list: 502',
  'too-long': 'too long to read',
};

function rowsOf(route: RouteView, { paint }: Terminal): readonly Row[] {
  const { vhost, state, backends, dead } = route;
  if (state !== 'routed') {
    const word = state === 'absent' ? '' : STATES[state];
    return [[plain(vhost), '-', '', '', '', paint(state === 'held' ? 'warning' : 'bad', word)]];
  }
  return backends.map((backend) => {
    const marked = dead.flatMap((marks) => deadWord(marks, vhost, backend.slots));
    return [
      plain(vhost),
      plain(backend.url),
      plain(backend.names.map(shortTaskName).join(', ')),
      String(backend.weight),
      ownerWord(backend),
      stateWord(backend, marked, paint),
    ];
  });
}

function stateWord(
  { usable, named }: BackendView,
  marked: readonly string[],
  paint: Terminal['paint'],
): string {
  if (!usable) return paint('bad', 'no URL for a front');
  if (marked.length === 0) return paint('good', named ? 'alive, by name' : 'alive');
  return paint('bad', marked.join('; '));
}

/** How much of a backend is dead, for whom, and for how long. */
function deadWord(
  { host, slots, expiresInMs }: MarkedSlots,
  vhost: string,
  own: readonly number[],
): readonly string[] {
  const dead = own.filter((slot) => slots.includes(slot)).length;
  if (dead === 0) return [];
  const part = dead === own.length ? 'dead' : `${dead} of ${own.length} dead`;
  const whom = host === vhost ? '' : ` for ${plain(host)}`;
  return [
    `${part}${whom}, ${expiresInMs === null ? 'for ever' : `${durationText(expiresInMs)} left`}`,
  ];
}
