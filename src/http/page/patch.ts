/**
 * Makes `shown` what `wanted` is, and takes of it only what differs: an element that is still of its kind at its
 * place stays, and with it a reader's focus and selection. What people opened stays open.
 */
export function patch(shown: Element, wanted: Element): void {
  patchAttributes(shown, wanted);
  const before = [...shown.childNodes];
  const after = [...wanted.childNodes];
  after.forEach((node, place) => {
    const known = before[place];
    if (known === undefined) shown.append(node);
    else patchNode(known, node);
  });
  for (const node of before.slice(after.length)) node.remove();
}

function patchNode(shown: ChildNode, wanted: ChildNode): void {
  if (shown instanceof Element && wanted instanceof Element && shown.tagName === wanted.tagName) {
    patch(shown, wanted);
  } else if (shown instanceof Text && wanted instanceof Text) {
    if (shown.data !== wanted.data) shown.data = wanted.data;
  } else {
    shown.replaceWith(wanted);
  }
}

function patchAttributes(shown: Element, wanted: Element): void {
  for (const { name } of [...shown.attributes]) {
    const isTheirs = name === 'open';
    if (!isTheirs && !wanted.hasAttribute(name)) shown.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  }
}
