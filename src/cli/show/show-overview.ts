import type { ContainerLineView, OverviewView } from '../../explain/overview.ts';
import { renderTable, wrapText } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { controllerLine, plain, verdictWord } from './words.ts';

/** Vhosts of one container that its line names. */
const NAMED_AT_MOST = 4;

/** `autodock explain`: a table of all containers. */
export function showOverview({ containers, controller }: OverviewView, terminal: Terminal): string {
  const rows = containers.map((container) => [
    plain(container.name),
    vhostsWord(container.vhosts),
    verdictWord(container.verdict, terminal),
    reasonOf(container),
  ]);
  const table =
    rows.length === 0
      ? 'No container runs.'
      : renderTable(['CONTAINER', 'VHOSTS', 'VERDICT', 'REASON AND REMEDY'], rows, terminal);
  return `${table}\n\n${wrapText(controllerLine(controller, terminal), terminal)}`;
}

function vhostsWord(vhosts: readonly string[]): string {
  if (vhosts.length === 0) return '-';
  const more = vhosts.length - NAMED_AT_MOST;
  const named = vhosts.slice(0, NAMED_AT_MOST).map(plain);
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join(' ');
}

/** What hinders it, or what may not be as it was meant. */
function reasonOf({ name, verdict, routes, rejections, hints }: ContainerLineView): string {
  const [first, ...others] = rejections;
  if (first !== undefined) {
    const about = verdict === 'routed' && first.vhost !== null ? `${plain(first.vhost)}: ` : '';
    const more =
      others.length === 0 ? '' : ` (${others.length} more: autodock explain ${plain(name)})`;
    return plain(`${about}${first.detail} ${first.remedy}${more}`);
  }
  if (routes.some(({ written }) => written === false)) {
    return 'Not in Redis yet: the next pass of the controller writes it.';
  }
  return hints.length > 0 ? plain(hints.join(' ')) : '';
}
