import type { ChangedBackend, ShownChange } from '../../answers/changes.ts';
import { byId, element, keepList, setText } from './dom.ts';
import { namesItem } from './show-lists.ts';
import { clock, count, spoken } from './words.ts';

/** What one looks at after a deployment; older ones are folded away. */
const LAST = 20;

const SIGNS: Readonly<Record<ShownChange['kind'], string>> = {
  create: '+',
  update: '~',
  hold: '!',
  delete: '−',
  claim: '=',
  release: '=',
};

/** Shows the last changes, and those before them on demand. */
export function createShowChanges(): (changes: readonly ShownChange[]) => void {
  const keyOf = ({ number }: ShownChange) => String(number);
  const showLast = keepList(byId('change-list'), keyOf, changeItem);
  const showOlder = keepList(byId('older-list'), keyOf, changeItem);
  return (changes) => {
    const older = changes.slice(LAST);
    showLast(changes.slice(0, LAST));
    showOlder(older);
    byId('older').hidden = older.length === 0;
    setText(byId('older-count'), `${older.length.toLocaleString('en')} older`);
  };
}

function changeItem(change: ShownChange): HTMLElement {
  const { at, kind, vhost, triggers, added, removed, more } = change;
  return element(
    'li',
    { class: `change ${kind}` },
    element(
      'p',
      {},
      element('time', { datetime: at }, clock(new Date(at))),
      element('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[kind]),
      `${kind} `,
      element('bdi', { class: 'host' }, vhost),
      element('span', { class: 'trigger' }, ` by ${triggers.map(spoken).join(', ')}`),
    ),
    element(
      'ul',
      { class: 'moved' },
      ...removed.map((backend) => movedItem('−', 'removed', backend)),
      ...added.map((backend) => movedItem('+', 'added', backend)),
      more === 0 ? null : element('li', {}, `and ${count(more, 'backend')} more`),
    ),
  );
}

function movedItem(sign: string, word: string, { url, copies, containers }: ChangedBackend) {
  return element(
    'li',
    {},
    element('span', { 'aria-hidden': 'true' }, `${sign} `),
    element('span', { class: 'unseen' }, `${word} `),
    element('code', {}, element('bdi', {}, url)),
    copies === 1 ? null : ` ${copies} times`,
    containers.length === 0 ? null : namesItem(containers),
  );
}
