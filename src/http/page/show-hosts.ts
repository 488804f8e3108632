import { agoOf } from './ago.ts';
import { byId, element, keepList, setText } from './dom.ts';
import type { HostRow } from './hosts.ts';
import { short, took, visible } from './words.ts';

/** The choice of all hosts. */
const ALL = { owner: '', name: 'all hosts' };

/**
 * Shows hosts with their leases, and lets one of them be chosen. Returns the owner that is; empty: all. A host that
 * leaves is chosen no more, and not again when it is back: the choice is what the page shows of it.
 */
export function createShowHosts(): (hosts: readonly HostRow[]) => string {
  const showHosts = keepList(byId('host-list'), ({ owner }) => owner, hostItem);
  const choice = byId('host') as HTMLSelectElement;
  const showChoices = keepList(choice, ({ owner }: typeof ALL) => owner, choiceItem);
  return (hosts) => {
    byId('hosts').hidden = hosts.length === 0;
    byId('host-filter').hidden = hosts.length === 0;
    setText(byId('host-count'), hosts.length.toLocaleString('en'));
    showHosts(hosts);
    showChoices([ALL, ...hosts.map(({ owner, name }) => ({ owner, name }))]);
    return choice.value;
  };
}

function choiceItem({ owner, name }: typeof ALL): HTMLElement {
  return element('option', { value: owner }, short(name));
}

function hostItem({ owner, name, isThis, state, lastSignAt, leaseMs, also }: HostRow): HTMLElement {
  const badge = { class: `badge ${state === 'lapsed' ? 'bad' : ''}`.trim() };
  return element(
    'li',
    { class: `row ${state}` },
    element(
      'h3',
      { class: 'name', title: visible(owner) },
      element('bdi', {}, short(name)),
      isThis ? element('span', { class: 'badge' }, 'this host') : null,
      state === 'live' ? null : element('span', badge, state),
    ),
    element(
      'p',
      { class: 'quiet' },
      ...(lastSignAt === null ? ['no sign known'] : ['last sign', agoOf(lastSignAt, 'ago')]),
      leaseMs === null ? ', no lease' : `, lease ${took(leaseMs)}`,
      also === '' ? null : `, ${also}`,
    ),
  );
}
