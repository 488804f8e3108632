import type { ShownContainer, ShownRejection } from '../../answers/containers.ts';
import type { ShownFailure } from '../../answers/routes.ts';
import { element } from './dom.ts';
import type { BackendRow, RouteRow } from './rows.ts';
import { clock, short, shortId, span, visible } from './words.ts';

const STATE_WORDS = {
  dead: 'all dead',
  unproven: 'unproven',
  held: 'held, 503',
  impaired: 'partly down',
  routed: null,
};

/** One route as an item of the list. */
export function routeItem(row: RouteRow): HTMLElement {
  const { vhost, url, state, deadHosts, backends, failures } = row;
  const [first] = deadHosts;
  const more = deadHosts.length > 1 ? ` and ${deadHosts.length - 1} more` : '';
  const whom = first === undefined ? '' : ` for ${short(first)}${more}`;
  const stateWord = STATE_WORDS[state];
  const name = element('bdi', {}, vhost);
  const word = state === 'dead' ? `${stateWord}${whom}` : stateWord;
  return element(
    'li',
    { class: `row ${state}` },
    element(
      'h3',
      { class: 'name' },
      url === null ? name : element('a', { href: url, rel: 'noreferrer' }, name),
      word === null ? null : element('span', { class: 'badge' }, word),
    ),
    backends.length === 0
      ? element('p', { class: 'quiet' }, 'no backend')
      : element('ul', { class: 'backends' }, ...backends.map(backendItem)),
    failures.length === 0 ? null : failuresItem(failures),
  );
}

/** What clients got in place of answers; behind the newest one the others. */
function failuresItem(failures: readonly ShownFailure[]): HTMLElement {
  const [last, ...others] = failures.map(failureWords);
  const summary = ['last failure ', element('bdi', {}, last ?? '')] as const;
  if (others.length === 0) return element('p', { class: 'failures quiet' }, ...summary);
  return element(
    'details',
    { class: 'failures quiet' },
    element('summary', {}, ...summary),
    element('ul', {}, ...others.map((words) => element('li', {}, element('bdi', {}, words)))),
  );
}

/** `10:03:07: 502 (unreachable), GET shop.local, http://10.0.0.2:80`. */
function failureWords({ at, host, method, status, reason, backend }: ShownFailure): string {
  const what = status === null ? reason : `${status} (${reason})`;
  const asked = method === null ? short(host) : `${method} ${short(host)}`;
  return `${clock(new Date(at))}: ${what}, ${asked}, ${short(backend)}`;
}

function backendItem(backend: BackendRow): HTMLElement {
  const { url, weight, owner, containers } = backend;
  return element(
    'li',
    {},
    element('code', {}, element('bdi', {}, url)),
    weight === 1 ? null : element('span', { class: 'weight' }, ` weight ${weight}`),
    containers.length === 0 ? null : namesItem(containers),
    owner === 'self' ? null : ownerBadge(backend),
    backend.deadSlots === 0 ? null : deadBadge(backend),
    backend.unproven ? element('span', { class: 'badge bad' }, 'unproven') : null,
  );
}

function ownerBadge({ owner, ownerId, ownerName }: BackendRow): HTMLElement {
  if (ownerId === null) return element('span', { class: `badge ${owner}` }, 'foreign');
  const attributes = { class: `badge ${owner}`, title: visible(ownerId) };
  return element('span', attributes, 'owner ', element('bdi', {}, short(ownerName)));
}

/** Names of containers. What is cut is found by a search, and shown when pointed at. */
export function namesItem(names: readonly string[]): HTMLElement {
  const all = names.join(', ');
  const cut = names.map(short).join(', ');
  const attributes = { class: 'container', ...(all === cut ? {} : { title: visible(all) }) };
  return element('span', {}, ' ', element('bdi', attributes, cut));
}

function deadBadge({ deadSlots, weight, deadUntil }: BackendRow): HTMLElement {
  const how = deadSlots === weight ? 'dead' : `dead in ${deadSlots} of ${weight} slots`;
  const badge = element('span', { class: 'badge bad' }, how);
  if (deadUntil === null) return badge;
  const left = { 'data-until': String(deadUntil) };
  badge.append(element('span', left, `, ${span(deadUntil - Date.now())} left`));
  return badge;
}

/** A container that asked and was not routed, with what was seen and what to write instead. */
export function containerItem({ id, name, rejections, hints }: ShownContainer): HTMLElement {
  return element(
    'li',
    { class: 'row' },
    element('h3', { class: 'name' }, element('bdi', {}, short(name)), idElement(id)),
    element(
      'ul',
      { class: 'reasons' },
      ...rejections.map(rejectionItem),
      ...hints.map((hint) =>
        element('li', {}, element('span', { class: 'badge' }, 'hint'), ` ${hint}`),
      ),
    ),
  );
}

function idElement(id: string): HTMLElement {
  return element('code', { class: 'quiet' }, ` ${shortId(id)}`);
}

function rejectionItem({ reason, vhost, detail, remedy }: ShownRejection): HTMLElement {
  return element(
    'li',
    {},
    element('span', { class: 'badge' }, reason),
    vhost === null ? null : element('bdi', { class: 'asked' }, ` ${vhost}`),
    element('p', {}, detail),
    element('p', { class: 'remedy' }, remedy),
  );
}
