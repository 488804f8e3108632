import { patch } from './patch.ts';
import { visible } from './words.ts';

type Child = Node | string | null;
type Attributes = Readonly<Record<string, string>>;

/** An element. Text of whatever origin becomes text, with what could deceive the eye made visible. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  for (const child of children) {
    if (child !== null) made.append(typeof child === 'string' ? visible(child) : child);
  }
  return made;
}

/** @throws Error if the page has no such element */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** Sets the text of an element if it differs, so that a screen reader is not told the same again. */
export function setText(target: HTMLElement, text: string): void {
  const shown = visible(text);
  if (target.textContent !== shown) target.textContent = shown;
}

interface Entry {
  readonly node: HTMLElement;
  readonly text: string;
}

/**
 * Keeps the children of `parent` as `items` say, one for each key: patches what changed, moves what moved and
 * leaves the rest alone, so that a thousand rows cost nothing while they stay, and nobody's place is lost.
 */
export function keepList<T>(
  parent: HTMLElement,
  keyOf: (item: T) => string,
  make: (item: T) => HTMLElement,
): (items: readonly T[]) => void {
  let entries: ReadonlyMap<string, Entry> = new Map();
  const entryOf = (item: T): Entry => {
    const text = JSON.stringify(item);
    const known = entries.get(keyOf(item));
    if (known === undefined) return { node: make(item), text };
    if (known.text !== text) patch(known.node, make(item));
    return { node: known.node, text };
  };
  return (items) => {
    entries = new Map(items.map((item) => [keyOf(item), entryOf(item)]));
    placeChildren(
      parent,
      [...entries.values()].map(({ node }) => node),
    );
  };
}

function placeChildren(parent: HTMLElement, wanted: readonly HTMLElement[]): void {
  const kept = new Set<Element>(wanted);
  for (const node of [...parent.children]) if (!kept.has(node)) node.remove();
  // What is moved loses them: the others move around it.
  const still = wanted.find(hasFocusOrSelection);
  let place = parent.firstElementChild;
  for (const node of wanted) {
    if (node === place || node === still) place = node.nextElementSibling;
    else parent.insertBefore(node, place);
  }
}

function hasFocusOrSelection(node: HTMLElement): boolean {
  return [document.activeElement, getSelection()?.anchorNode ?? null].some((at) =>
    node.contains(at),
  );
}
