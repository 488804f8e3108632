import type { ShownRoute } from '../../answers/routes.ts';
import { needsPerson } from './container-problems.ts';
import { byId, keepList, setText } from './dom.ts';
import { hostRows } from './hosts.ts';
import { problemsOf } from './problems.ts';
import { type RouteRow, routeRows } from './rows.ts';
import { findChanges, findContainers, findRoutes, ONLY, type Search } from './search.ts';
import { createShowChanges } from './show-changes.ts';
import { createShowHosts } from './show-hosts.ts';
import { containerItem, routeItem } from './show-lists.ts';
import { createShowPlan } from './show-plan.ts';
import { createSummary } from './show-summary.ts';
import type { PageState } from './state.ts';

/** More rows are not made; a search finds them. */
const ROWS = 1_000;

/** Shows a state of things on the page. */
export function createShow(): (state: PageState, asked: Omit<Search, 'host'>) => void {
  const showSummary = createSummary();
  const showRoutes = keepList(byId('route-list'), ({ vhost }) => vhost, routeItem);
  const showRejected = keepList(byId('rejected-list'), ({ id }) => id, containerItem);
  const showChanges = createShowChanges();
  const showPlan = createShowPlan();
  const showHosts = createShowHosts();
  return (state, asked) => {
    const rows = routeRows(state);
    const search = { ...asked, host: showHosts(hostRows(state.status)) };
    showSummary(state, problemsOf(state, rows));

    const routes = findRoutes(rows, search);
    showRoutes(routes.slice(0, ROWS));
    setText(byId('route-count'), ofAll(Math.min(routes.length, ROWS), rows.length));
    setNote(
      'route-note',
      state.routes === null ? 'Not read yet.' : noteOf(state.routes, routes.length),
    );
    byId('first-steps').hidden = state.routes?.length !== 0;

    const asking = (state.containers ?? [])
      .filter(({ rejections, hints }) => rejections.length + hints.length > 0)
      .sort((a, b) => Number(needsPerson(b)) - Number(needsPerson(a)));
    const rejected = findContainers(asking, search);
    showRejected(rejected.slice(0, ROWS));
    byId('rejected').hidden = asking.length === 0;
    setText(byId('rejected-count'), ofAll(Math.min(rejected.length, ROWS), asking.length));

    const changes = findChanges(state.changes ?? [], search);
    showChanges(changes);
    setText(byId('change-count'), ofAll(changes.length, state.changes?.length ?? 0));
    setNote('change-note', state.changes?.length === 0 ? 'None since the start.' : '');
    showCounts(rows, search);
    showPlan(state);
    const isSearching = search.text.trim() !== '' || search.only !== 'all' || search.host !== '';
    const found = `${routes.length} routes, ${rejected.length} not routed, ${changes.length} changes`;
    setText(byId('found'), isSearching ? found : '');
  };
}

function noteOf(all: readonly ShownRoute[], found: number): string {
  if (all.length === 0) return 'No container asks for a host yet.';
  if (found === 0) return 'Nothing found.';
  return all.some(({ dead }) => dead === null) ? 'Dead marks are not known now.' : '';
}

function ofAll(shown: number, all: number): string {
  return shown === all
    ? all.toLocaleString('en')
    : `${shown.toLocaleString('en')} of ${all.toLocaleString('en')}`;
}

function setNote(id: string, text: string): void {
  setText(byId(id), text);
  byId(id).hidden = text === '';
}

/** How many routes each filter would show. */
function showCounts(rows: readonly RouteRow[], { host }: Search): void {
  for (const only of ONLY) {
    const found = findRoutes(rows, { text: '', only, host }).length;
    setText(byId(`only-${only}`), found.toLocaleString('en'));
  }
}
