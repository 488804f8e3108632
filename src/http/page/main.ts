import { byId, setText } from './dom.ts';
import { listen } from './live.ts';
import { isOnly, type Search } from './search.ts';
import { createShow } from './show.ts';
import type { PageState } from './state.ts';
import { span } from './words.ts';

const CONNECTION_WORDS = { connecting: 'connecting…', live: 'live', lost: 'not connected' };

const show = createShow();
let state: PageState = {
  connection: 'connecting',
  connectionSince: Date.now(),
  status: null,
  routes: null,
  routesAt: 0,
  containers: null,
  changes: null,
  plan: null,
  planAt: 0,
};
let search: Omit<Search, 'host'> = { text: '', only: 'all' };
let isDue = false;

/** However much changes before the next frame, it is shown once. */
function refresh(): void {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    document.documentElement.dataset.connection = state.connection;
    setText(byId('connection'), CONNECTION_WORDS[state.connection]);
    show(state, search);
  });
}

function update(part: Partial<PageState>): void {
  const isOther = part.connection !== undefined && part.connection !== state.connection;
  state = { ...state, ...part, ...(isOther ? { connectionSince: Date.now() } : {}) };
  refresh();
}

/** Times that pass by themselves. */
function tick(): void {
  const now = Date.now();
  for (const shown of document.querySelectorAll<HTMLElement>('[data-since]')) {
    setText(shown, ` ${span(now - Number(shown.dataset.since))}`);
  }
  for (const shown of document.querySelectorAll<HTMLElement>('[data-until]')) {
    const left = Number(shown.dataset.until) - now;
    // A mark that was set again since is still there when the time that was read is over.
    setText(shown, left > 0 ? `, ${span(left)} left` : '');
  }
}

function followSearch(): void {
  const field = byId('search') as HTMLInputElement;
  field.addEventListener('input', () => {
    search = { ...search, text: field.value };
    refresh();
  });
  byId('filters').addEventListener('change', ({ target }) => {
    const only = (target as HTMLInputElement).value;
    if (isOnly(only)) search = { ...search, only };
    refresh();
  });
  byId('host').addEventListener('change', refresh);
  byId('search-form').addEventListener('submit', (event) => event.preventDefault());
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'search';
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
  });
}

followSearch();
refresh();
setInterval(tick, 1_000);
listen(update);
